import { runKey } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import type { ResponseState } from '@aideator/contract/frames';
import type { TurnId } from '@aideator/contract/ids';
import { isTerminal } from '@aideator/contract/statuses';
import { listRunsToAdopt, type RunToAdopt, renewRunToken } from '@aideator/db/queries/adoption';
import {
  expireTurnLease,
  openTurnEpoch,
  releaseTurnLease,
  renewTurnLease,
} from '@aideator/db/queries/leases';
import { recordResult } from '@aideator/db/queries/results';
import { listCurrentRuns, type RunDetail } from '@aideator/db/queries/runs';
import type { RunToIngest } from '../../collector/ingest-run.ts';
import type { TurnLease } from '../../collector/lease.ts';
import type { TurnToCollect } from '../../collector/turn-collector.ts';
import type { ApiDeps } from '../../deps.ts';
import { runToStart } from '../domain/run-to-start.ts';
import { viewerEvents } from '../viewing/viewer-events.ts';
import { responseState } from '../viewing/views.ts';
import { newRunToken, sha256 } from './run-tokens.ts';

/** Longest wait for the feed entries of an earlier collector. */
const FEED_READ_MS = 3_000;

export interface AdoptOptions {
  /** True to take the turn even from a collector with a valid lease, which is then fenced. */
  take: boolean;
  /** Runs that the caller starts and follows itself. */
  given: readonly RunToIngest[];
}

/** An adopted turn with its new epoch. */
interface Taken {
  turnId: TurnId;
  epoch: number;
}

/**
 * Makes this process the collector of a turn, at the next epoch, with the unfinished runs and the responses as viewers saw
 * them last. Undefined while another process collects the turn. Throws `conflict` when another process was faster.
 */
export async function adoptTurn(
  deps: ApiDeps,
  turnId: TurnId,
  options: AdoptOptions,
): Promise<TurnToCollect | undefined> {
  const { instanceId, lease: times } = deps.settings;
  const epoch = await openTurnEpoch(deps.db, {
    turnId,
    owner: instanceId,
    leaseSeconds: times.leaseSeconds,
    take: options.take,
  });
  if (epoch === null) return undefined;
  const taken = { turnId, epoch };
  const lease = turnLease(deps, taken);
  try {
    const feed = await deps.feed.open(turnId, epoch);
    const runs = await runsToIngest(deps, taken, options);
    const current = await listCurrentRuns(deps.db, { turnId });
    const userId = current[0]?.userId;
    if (userId === undefined) throw new AppError('not_found', `${turnId} has no runs`);
    const states = statesOf(current, runs.length > 0 ? await lastShown(deps, turnId) : []);
    return { ...taken, userId, feed, states, runs, lease };
  } catch (error) {
    // Don't notify peers: they would hit the same error and notify us back.
    await expireTurnLease(deps.db, taken).catch(() => undefined);
    throw error;
  }
}

export function turnLease(deps: ApiDeps, taken: Taken): TurnLease {
  const { leaseSeconds } = deps.settings.lease;
  return {
    renew: () => renewTurnLease(deps.db, { ...taken, leaseSeconds }),
    release: () => releaseTurnLease(deps.db, taken),
    async drain() {
      await expireTurnLease(deps.db, taken);
      await deps.peers.tell({ type: 'adopt' });
    },
  };
}

async function runsToIngest(deps: ApiDeps, taken: Taken, options: AdoptOptions): Promise<RunToIngest[]> {
  const { leaseSeconds } = deps.settings.lease;
  const unfinished = await listRunsToAdopt(deps.db, { turnId: taken.turnId, graceSeconds: leaseSeconds });
  const runs = unfinished.filter(({ runId }) => !options.given.some((given) => given.runId === runId));
  const unclaimed = runs.some(({ isClaimed }) => !isClaimed);
  const alive = new Set((unclaimed ? await deps.backend.list() : []).map(runKey));
  const adopted: RunToIngest[] = [];
  for (const run of runs) {
    const isKnown = run.isClaimed || alive.has(runKey(run));
    // Taken from a healthy collector, so the process that just stored this run is about to start it.
    if (!isKnown && options.take && run.isFresh) continue;
    const ref = { runId: run.runId, attempt: run.attempt, responseId: run.responseId };
    const adoptedRun = isKnown ? ref : await startable(deps, taken, run);
    if (adoptedRun) adopted.push(adoptedRun);
  }
  return adopted;
}

/**
 * A run that was stored but never started, with a new token, since only the lost process knew the first one. A run that is
 * older than the run timeout ends as interrupted instead, and the person can retry.
 */
async function startable(deps: ApiDeps, taken: Taken, run: RunToAdopt): Promise<RunToIngest | undefined> {
  const { timeoutSeconds } = deps.settings.run;
  const { runId, attempt, responseId } = run;
  const { token, tokenSha256 } = newRunToken();
  const epoch = taken.epoch;
  if (await renewRunToken(deps.db, { runId, attempt, epoch, tokenSha256, ageSecondsMax: timeoutSeconds })) {
    const toStart = runToStart({ ...run, turnId: taken.turnId, token }, deps.settings.run);
    return { runId, attempt, responseId, toStart };
  }
  const result = {
    outcome: { status: 'interrupted' as const },
    text: '',
    reasoning: '',
    textSha256: sha256(''),
    timings: { totalMs: 0 },
  };
  await recordResult(deps.db, { runId, attempt, epoch, result });
  return undefined;
}

/** The responses as stored. Unfinished ones as the feed showed them last, so that no viewer's text jumps back. */
function statesOf(current: readonly RunDetail[], shown: readonly ResponseState[]): ResponseState[] {
  return current.map(({ response }) => {
    const state = responseState(response);
    const known = shown.find(({ responseId }) => responseId === state.responseId);
    if (known?.attempt !== state.attempt || isTerminal(state.status)) return state;
    if (!isTerminal(known.status)) return known;
    return { ...state, text: known.text, reasoning: known.reasoning };
  });
}

async function lastShown(deps: ApiDeps, turnId: TurnId): Promise<readonly ResponseState[]> {
  try {
    const signal = AbortSignal.timeout(FEED_READ_MS);
    for await (const batch of deps.feed.read(turnId, { idleMs: 1, signal })) {
      const [entry] = viewerEvents(batch, undefined);
      return entry?.event.type === 'snapshot' ? entry.event.responses : [];
    }
  } catch (error) {
    deps.log.warn({ err: error, turnId }, 'what a feed showed last could not be read');
  }
  return [];
}

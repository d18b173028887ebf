import type { ResponseState } from '@aideator/contract/frames';
import { isTerminal } from '@aideator/contract/statuses';
import { listRunsToAdopt, type RunToAdopt, renewRunToken } from '@aideator/db/queries/adoption';
import {
  expireTurnLease,
  openTurnEpoch,
  releaseTurnLease,
  renewTurnLease,
} from '@aideator/db/queries/leases';
import { recordResult } from '@aideator/db/queries/results';
import { listCurrentRuns } from '@aideator/db/queries/runs';
import type { RunToFollow } from '../collector/follow-run.ts';
import type { TurnLease } from '../collector/lease.ts';
import type { TurnToCollect } from '../collector/turn-collector.ts';
import type { ApiDeps } from '../deps.ts';
import { newRunToken, sha256 } from './run-tokens.ts';
import { viewerEvents } from './viewer-events.ts';
import { responseState } from './views.ts';

/** Longest wait for what an earlier collector left in the feed. */
const FEED_READ_MS = 3_000;

export interface TakeOptions {
  /** Also from a collector whose lease still lasts; it is fenced and stops. */
  take: boolean;
  /** Runs that the caller starts and follows itself. */
  given: readonly RunToFollow[];
}

/** A turn at the epoch of its collector. */
interface Taken {
  turnId: string;
  epoch: number;
}

/**
 * Makes this process the collector of a turn: at its next epoch, with those of its runs that are not over, and with the
 * panels as viewers know them. Undefined while another process collects it. Throws `conflict` when another was quicker.
 */
export async function takeTurn(
  deps: ApiDeps,
  turnId: string,
  options: TakeOptions,
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
    const runs = await runsToFollow(deps, taken, options);
    const states = await panels(deps, turnId, runs.length > 0);
    return { ...taken, feed, states, runs, lease };
  } catch (error) {
    // Nobody is told: what failed here would fail there at once, and be told back.
    await expireTurnLease(deps.db, taken).catch(() => undefined);
    throw error;
  }
}

export function turnLease(deps: ApiDeps, taken: Taken): TurnLease {
  const { leaseSeconds } = deps.settings.lease;
  return {
    renew: () => renewTurnLease(deps.db, { ...taken, leaseSeconds }),
    release: () => releaseTurnLease(deps.db, taken),
    async handOver() {
      await expireTurnLease(deps.db, taken);
      await deps.peers.tell({ type: 'adopt' });
    },
  };
}

async function runsToFollow(deps: ApiDeps, taken: Taken, options: TakeOptions): Promise<RunToFollow[]> {
  const { leaseSeconds } = deps.settings.lease;
  const unfinished = await listRunsToAdopt(deps.db, { turnId: taken.turnId, graceSeconds: leaseSeconds });
  const runs = unfinished.filter(({ runId }) => !options.given.some((given) => given.runId === runId));
  const unclaimed = runs.some(({ isClaimed }) => !isClaimed);
  const alive = new Set((unclaimed ? await deps.backend.list() : []).map(keyOf));
  const adopted: RunToFollow[] = [];
  for (const run of runs) {
    const isKnown = run.isClaimed || alive.has(keyOf(run));
    // Taken from a collector that is well: its process, or this one, is about to start what it has just stored.
    if (!isKnown && options.take && run.isFresh) continue;
    const ref = { runId: run.runId, attempt: run.attempt, responseId: run.responseId };
    const adoptedRun = isKnown ? ref : await startable(deps, taken, run);
    if (adoptedRun) adopted.push(adoptedRun);
  }
  return adopted;
}

const keyOf = ({ runId, attempt }: { runId: string; attempt: number }): string => `${runId}#${attempt}`;

/**
 * A run that was stored and never started, with a new token: the first one was known to the lost process alone. After
 * the time that an answer may take nobody waits for it any more: it ends as interrupted, and the person may retry.
 */
async function startable(deps: ApiDeps, taken: Taken, run: RunToAdopt): Promise<RunToFollow | undefined> {
  const { timeoutSeconds } = deps.settings.run;
  const { runId, attempt, responseId } = run;
  const { token, tokenSha256 } = newRunToken();
  const epoch = taken.epoch;
  if (await renewRunToken(deps.db, { runId, attempt, epoch, tokenSha256, ageSecondsMax: timeoutSeconds })) {
    const toStart = {
      runId,
      attempt,
      turnId: taken.turnId,
      responseId,
      model: run.modelId,
      token,
      timeoutSeconds,
    };
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

/** The panels as stored and, where an attempt goes on, as the feed showed it last: no viewer's text jumps back. */
async function panels(deps: ApiDeps, turnId: string, goesOn: boolean): Promise<ResponseState[]> {
  const shown = goesOn ? await lastShown(deps, turnId) : [];
  const current = await listCurrentRuns(deps.db, { turnId });
  return current.map(({ response }) => {
    const state = responseState(response);
    const known = shown.find(({ responseId }) => responseId === state.responseId);
    if (known?.attempt !== state.attempt || isTerminal(state.status)) return state;
    if (!isTerminal(known.status)) return known;
    return { ...state, text: known.text, reasoning: known.reasoning };
  });
}

async function lastShown(deps: ApiDeps, turnId: string): Promise<readonly ResponseState[]> {
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

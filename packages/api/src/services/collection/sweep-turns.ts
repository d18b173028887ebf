import { setTimeout as delay } from 'node:timers/promises';
import { listAbandonedTurns, listOverRuns } from '@aideator/db/queries/adoption';
import type { ApiDeps } from '../../deps.ts';
import type { PeerMessage } from '../../peers.ts';
import { purgeSignIns } from '../accounts/sign-in.ts';
import { purgeSessions } from '../turns/sessions.ts';
import { adoptTurn } from './adopt-turn.ts';

const TURNS_PER_SWEEP = 50;
/** How often leftovers are cleaned up. */
const CLEAN_UP_SECONDS = 60;

/** Adopts the turns without a collector and returns their number. The next sweep retries those that could not be adopted. */
export async function sweepTurns(deps: ApiDeps): Promise<number> {
  const { collectors, db, log, settings } = deps;
  const turnIds = await listAbandonedTurns(db, {
    graceSeconds: settings.lease.leaseSeconds,
    limit: TURNS_PER_SWEEP,
  });
  for (const turnId of turnIds) {
    if (collectors.isDraining) break;
    // Still collected here, although its lease was not renewed in time.
    if (collectors.has(turnId)) continue;
    try {
      await collectors.collect(turnId, [], () => adoptTurn(deps, turnId, { take: false, given: [] }));
      if (collectors.has(turnId)) log.info({ turnId }, 'adopted a turn without a collector');
    } catch (error) {
      log.warn({ err: error, turnId }, 'could not adopt a turn');
    }
  }
  return turnIds.length;
}

/** How long a runner may take to exit after its hand-over, and its collector to read the last line. */
const OVER_GRACE_SECONDS = 60;

/** Frees the leftovers of finished runs, also those of other processes. Returns their number. */
export async function sweepRuns({
  backend,
  db,
  log,
}: Pick<ApiDeps, 'backend' | 'db' | 'log'>): Promise<number> {
  const freed = await backend.sweep?.(async (refs) => {
    const runIds = refs.map(({ runId }) => runId);
    const over = new Set(await listOverRuns(db, { runIds, graceSeconds: OVER_GRACE_SECONDS }));
    return refs.filter(({ runId }) => over.has(runId));
  });
  if (freed?.length) log.info({ runs: freed.length }, 'freed the leftovers of runs');
  return freed?.length ?? 0;
}

/** Runs the cleanups one after the other. A failure of one does not prevent the others. */
const CLEAN_UPS: { work: (deps: ApiDeps) => Promise<unknown>; failure: string }[] = [
  { work: sweepRuns, failure: 'leftovers of runs could not be freed' },
  { work: purgeSignIns, failure: 'old sign-ins could not be purged' },
  { work: purgeSessions, failure: 'deleted sessions could not be purged' },
];

async function cleanUp(deps: ApiDeps): Promise<void> {
  for (const { work, failure } of CLEAN_UPS)
    await work(deps).catch((error: unknown) => deps.log.warn({ err: error }, failure));
}

export interface Sweeper {
  /** Resolves when no sweep is in progress. */
  close(): Promise<void>;
}

/**
 * The background work of a replica until it is closed. It adopts turns without a collector, every few seconds and when
 * another replica drains. It cancels runs that it collects when another replica was asked to. It cleans up every minute.
 */
export function startSweeper(deps: ApiDeps, options: { cleanUpSeconds?: number } = {}): Sweeper {
  const { cleanUpSeconds = CLEAN_UP_SECONDS } = options;
  const abort = new AbortController();
  let wake = (): void => undefined;
  const hear = (message: PeerMessage): void => {
    if (message.type === 'adopt') wake();
    else
      deps.collectors
        .cancel(message.turnId, message.responseIds)
        .catch((error: unknown) =>
          deps.log.warn({ err: error, turnId: message.turnId }, 'could not cancel runs'),
        );
  };
  const stopListening = deps.peers.listen(hear);
  let cleanedMs = performance.now();
  const run = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      const { promise: isWoken, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await sweepTurns(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'a sweep failed'));
      if (performance.now() - cleanedMs >= cleanUpSeconds * 1_000) {
        cleanedMs = performance.now();
        await cleanUp(deps);
      }
      await Promise.race([isWoken, pause(deps.settings.lease.sweepSeconds, abort.signal)]);
    }
  };
  const running = run();
  return {
    async close() {
      stopListening();
      abort.abort();
      await running;
    },
  };
}

/** Jitter, so that replicas do not sweep in step. */
const pause = (seconds: number, signal: AbortSignal): Promise<unknown> =>
  delay(seconds * 1_000 * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);

import { setTimeout as delay } from 'node:timers/promises';
import { listAbandonedTurns, listOverRuns } from '@aideator/db/queries/adoption';
import type { ApiDeps } from '../deps.ts';
import type { PeerMessage } from '../peers.ts';
import { takeTurn } from './take-turn.ts';

const TURNS_PER_SWEEP = 50;
const RUNS_SWEEP_MS = 60_000;

/** Takes over the turns that nobody collects; answers how many it looked at. One that cannot be taken is left for the next sweep. */
export async function sweepTurns(deps: ApiDeps): Promise<number> {
  const { collectors, db, log, settings } = deps;
  const turnIds = await listAbandonedTurns(db, {
    graceSeconds: settings.lease.leaseSeconds,
    limit: TURNS_PER_SWEEP,
  });
  for (const turnId of turnIds) {
    if (collectors.leaving) break;
    // Ours, with a lease that could not be renewed in time: still collected here.
    if (collectors.has(turnId)) continue;
    try {
      await collectors.collect(turnId, [], () => takeTurn(deps, turnId, { take: false, given: [] }));
      if (collectors.has(turnId)) log.info({ turnId }, 'a turn without a collector was taken over');
    } catch (error) {
      log.warn({ err: error, turnId }, 'a turn could not be taken over');
    }
  }
  return turnIds.length;
}

/** A runner that handed over has this long to end by itself, and its collector to read its last line. */
const OVER_GRACE_SECONDS = 60;

/** Frees what is left of runs that are over, whoever should have done so; answers how many. */
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
  if (freed?.length) log.info({ runs: freed.length }, 'what was left of runs was freed');
  return freed?.length ?? 0;
}

export interface Sweeper {
  /** Resolves when no sweep is under way any more. */
  close(): Promise<void>;
}

/**
 * What a replica does for the others until it is closed: takes over turns without a collector, every few seconds and
 * when it is told of one, frees what is left of runs every minute or so, and stops runs that it collects when another was asked to.
 */
export function startSweeper(deps: ApiDeps): Sweeper {
  const abort = new AbortController();
  let wake = (): void => undefined;
  const hear = (message: PeerMessage): void => {
    if (message.type === 'adopt') wake();
    else
      deps.collectors
        .cancel(message.turnId, message.responseIds)
        .catch((error: unknown) =>
          deps.log.warn({ err: error, turnId: message.turnId }, 'runs could not be stopped'),
        );
  };
  const stopListening = deps.peers.listen(hear);
  let sweptMs = performance.now();
  const run = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      const { promise: isTold, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await sweepTurns(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'a sweep broke off'));
      if (performance.now() - sweptMs > RUNS_SWEEP_MS) {
        sweptMs = performance.now();
        await sweepRuns(deps).catch((error: unknown) => deps.log.warn({ err: error }, 'runs were not swept'));
      }
      await Promise.race([isTold, pause(deps.settings.lease.sweepSeconds, abort.signal)]);
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

/** The replicas do not sweep in step. */
const pause = (seconds: number, signal: AbortSignal): Promise<unknown> =>
  delay(seconds * 1_000 * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);

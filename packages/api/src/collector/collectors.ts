import type { RunToStart } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import {
  type CollectorDeps,
  openTurnCollector,
  type TurnCollector,
  type TurnToCollect,
} from './turn-collector.ts';

/** The turns that this process collects. */
export interface Collectors {
  /**
   * Collects these runs of a turn: with the collector that is at it, or with a new one that `load` gives the turn's
   * next epoch and the states of its responses to.
   */
  collect(turnId: string, runs: readonly RunToStart[], load: () => Promise<TurnToCollect>): Promise<void>;
  /** Stops the runs of these responses. Returns false when this process does not collect the turn. */
  cancel(turnId: string, responseIds: readonly string[]): Promise<boolean>;
  /** How many turns are being collected. */
  readonly size: number;
  /** Takes no new turns and resolves when those under way are over. */
  close(): Promise<void>;
}

export function createCollectors(deps: CollectorDeps): Collectors {
  const open = new Map<string, TurnCollector>();
  const opening = new Map<string, Promise<TurnCollector>>();
  let closed = false;

  const start = async (turnId: string, load: () => Promise<TurnToCollect>): Promise<TurnCollector> => {
    await open.get(turnId)?.finished;
    const collector = await openTurnCollector(deps, await load());
    open.set(turnId, collector);
    void collector.finished.then(() => {
      if (open.get(turnId) === collector) open.delete(turnId);
    });
    return collector;
  };

  return {
    async collect(turnId, runs, load) {
      if (closed) throw new AppError('unavailable', 'the server is shutting down');
      let collector = open.get(turnId);
      if (!collector?.open) {
        const starting = opening.get(turnId) ?? start(turnId, load);
        opening.set(turnId, starting);
        try {
          collector = await starting;
        } finally {
          opening.delete(turnId);
        }
      }
      for (const run of runs) collector.collect(run);
    },
    async cancel(turnId, responseIds) {
      const collector = (await opening.get(turnId)) ?? open.get(turnId);
      if (!collector) return false;
      await collector.cancel(responseIds);
      return true;
    },
    get size() {
      return open.size;
    },
    async close() {
      closed = true;
      await Promise.all([...open.values()].map((collector) => collector.finished));
    },
  };
}

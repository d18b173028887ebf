import { AppError } from '@aideator/contract/errors';
import type { ResponseId, TurnId } from '@aideator/contract/ids';
import type { RunToIngest } from './ingest-run.ts';
import {
  type CollectorDeps,
  openTurnCollector,
  type TurnCollector,
  type TurnToCollect,
} from './turn-collector.ts';

/** The turns that this process collects. */
export interface Collectors {
  /**
   * Collects these runs of a turn with its present collector, or else with a new one for the turn that `load` adopts.
   * `load` returns undefined when another process has the turn. Throws `unavailable` while this process drains.
   */
  collect(
    turnId: TurnId,
    runs: readonly RunToIngest[],
    load: () => Promise<TurnToCollect | undefined>,
  ): Promise<void>;
  /** Cancels the runs of these responses. Returns false when this process does not collect the turn. */
  cancel(turnId: TurnId, responseIds: readonly ResponseId[]): Promise<boolean>;
  /** True while this process collects the turn or is about to. */
  has(turnId: TurnId): boolean;
  /** Number of turns being collected. */
  readonly size: number;
  /** True once this process accepts no more turns. */
  readonly isDraining: boolean;
  /** Accepts no more turns and leaves those in progress, with their runs, to other processes. */
  drain(): Promise<void>;
  /** Accepts no more turns and resolves when those in progress are over. */
  close(): Promise<void>;
}

export function createCollectors(deps: CollectorDeps): Collectors {
  return new OpenCollectors(deps);
}

class OpenCollectors implements Collectors {
  isDraining = false;
  readonly #deps: CollectorDeps;
  readonly #open = new Map<TurnId, TurnCollector>();
  readonly #opening = new Map<TurnId, Promise<TurnCollector | undefined>>();

  constructor(deps: CollectorDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#open.size;
  }

  has(turnId: TurnId): boolean {
    return this.#open.has(turnId) || this.#opening.has(turnId);
  }

  async collect(
    turnId: TurnId,
    runs: readonly RunToIngest[],
    load: () => Promise<TurnToCollect | undefined>,
  ): Promise<void> {
    for (;;) {
      if (this.isDraining) throw new AppError('unavailable', 'the server is shutting down');
      const known = this.#open.get(turnId);
      const collector = known?.open ? known : await this.#startOnce(turnId, load);
      if (!collector) return;
      // A collector that ended in the meantime accepts no more runs.
      if (!collector.open) continue;
      for (const run of runs) collector.collect(run);
      collector.endIfIdle();
      return;
    }
  }

  async cancel(turnId: TurnId, responseIds: readonly ResponseId[]): Promise<boolean> {
    const collector = (await this.#opening.get(turnId)) ?? this.#open.get(turnId);
    if (!collector) return false;
    await collector.cancel(responseIds);
    return true;
  }

  async drain(): Promise<void> {
    this.isDraining = true;
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#open.values()].map((collector) => collector.drain()));
  }

  async close(): Promise<void> {
    this.isDraining = true;
    await Promise.all([...this.#open.values()].map((collector) => collector.finished));
  }

  async #startOnce(
    turnId: TurnId,
    load: () => Promise<TurnToCollect | undefined>,
  ): Promise<TurnCollector | undefined> {
    const starting = this.#opening.get(turnId) ?? this.#start(turnId, load);
    this.#opening.set(turnId, starting);
    try {
      return await starting;
    } finally {
      this.#opening.delete(turnId);
    }
  }

  async #start(
    turnId: TurnId,
    load: () => Promise<TurnToCollect | undefined>,
  ): Promise<TurnCollector | undefined> {
    await this.#open.get(turnId)?.finished;
    const turn = await load();
    if (!turn) return undefined;
    const collector = await openTurnCollector(this.#deps, turn);
    this.#open.set(turnId, collector);
    void collector.finished.then(() => {
      if (this.#open.get(turnId) === collector) this.#open.delete(turnId);
    });
    return collector;
  }
}

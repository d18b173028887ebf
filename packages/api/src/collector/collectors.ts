import { AppError } from '@aideator/contract/errors';
import type { RunToFollow } from './follow-run.ts';
import {
  type CollectorDeps,
  openTurnCollector,
  type TurnCollector,
  type TurnToCollect,
} from './turn-collector.ts';

/** The turns that this process collects. */
export interface Collectors {
  /**
   * Collects these runs of a turn: with the collector that is at it, or with a new one for what `load` took over, which
   * is undefined when the turn is another process's. Throws `unavailable` when this process is leaving.
   */
  collect(
    turnId: string,
    runs: readonly RunToFollow[],
    load: () => Promise<TurnToCollect | undefined>,
  ): Promise<void>;
  /** Stops the runs of these responses. Returns false when this process does not collect the turn. */
  cancel(turnId: string, responseIds: readonly string[]): Promise<boolean>;
  /** True while this process collects the turn, or is about to. */
  has(turnId: string): boolean;
  /** How many turns are being collected. */
  readonly size: number;
  /** True once this process takes no turns any more. */
  readonly leaving: boolean;
  /** Takes no new turns and leaves those under way, with their runs, to other processes. */
  handOver(): Promise<void>;
  /** Takes no new turns and resolves when those under way are over. */
  close(): Promise<void>;
}

export function createCollectors(deps: CollectorDeps): Collectors {
  return new OpenCollectors(deps);
}

class OpenCollectors implements Collectors {
  leaving = false;
  readonly #deps: CollectorDeps;
  readonly #open = new Map<string, TurnCollector>();
  readonly #opening = new Map<string, Promise<TurnCollector | undefined>>();

  constructor(deps: CollectorDeps) {
    this.#deps = deps;
  }

  get size(): number {
    return this.#open.size;
  }

  has(turnId: string): boolean {
    return this.#open.has(turnId) || this.#opening.has(turnId);
  }

  async collect(
    turnId: string,
    runs: readonly RunToFollow[],
    load: () => Promise<TurnToCollect | undefined>,
  ): Promise<void> {
    for (;;) {
      if (this.leaving) throw new AppError('unavailable', 'the server is shutting down');
      const known = this.#open.get(turnId);
      const collector = known?.open ? known : await this.#startOnce(turnId, load);
      if (!collector) return;
      // One that came to its end in the meantime takes no more runs.
      if (!collector.open) continue;
      for (const run of runs) collector.collect(run);
      collector.endIfIdle();
      return;
    }
  }

  async cancel(turnId: string, responseIds: readonly string[]): Promise<boolean> {
    const collector = (await this.#opening.get(turnId)) ?? this.#open.get(turnId);
    if (!collector) return false;
    await collector.cancel(responseIds);
    return true;
  }

  async handOver(): Promise<void> {
    this.leaving = true;
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#open.values()].map((collector) => collector.handOver()));
  }

  async close(): Promise<void> {
    this.leaving = true;
    await Promise.all([...this.#open.values()].map((collector) => collector.finished));
  }

  async #startOnce(
    turnId: string,
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
    turnId: string,
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

import { setTimeout as delay } from 'node:timers/promises';
import type { Backend } from '@aideator/contract/backend';
import type { Feed, FeedWriter } from '@aideator/contract/feed';
import { applyPatch } from '@aideator/contract/fold';
import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import type { ResponseId, TurnId, UserId } from '@aideator/contract/ids';
import type { Logger } from '../logger.ts';
import { FrameWriter } from './frame-writer.ts';
import { ingestRun, type RunToIngest } from './ingest-run.ts';
import { keepLease, type TurnLease } from './lease.ts';
import type { RunPlaces } from './run-places.ts';
import type { RunRecords } from './run-records.ts';

/** Longest wait for starts in progress when a turn is left. */
const DRAIN_WAIT_MS = 3_000;

export interface CollectorDeps {
  backend: Backend;
  feed: Feed;
  records: RunRecords;
  places: RunPlaces;
  log: Logger;
  /** How often a turn's lease is renewed. */
  renewSeconds: number;
}

export interface TurnToCollect {
  turnId: TurnId;
  epoch: number;
  /** The owner of the turn, because places for runs are counted per person. */
  userId: UserId;
  /** The feed, opened at this epoch. */
  feed: FeedWriter;
  /** All responses of the turn as viewers know them, ordered by position. */
  states: readonly ResponseState[];
  /** Unfinished runs of an earlier collector. */
  runs: readonly RunToIngest[];
  lease: TurnLease;
}

/** Merges the events of all runs of one turn into frames and ensures that each run's outcome is recorded. */
export interface TurnCollector {
  /** Ingests a run to its end. */
  collect(run: RunToIngest): void;
  /** Cancels the runs of these responses. They end as `cancelled`. */
  cancel(responseIds: readonly ResponseId[]): Promise<void>;
  /** Finishes if no run is being ingested. */
  endIfIdle(): void;
  /** Leaves the turn and its runs as they are. Resolves when another process can adopt it. */
  drain(): Promise<void>;
  /** False once the collector is finishing. A new run then needs a new collector. */
  readonly open: boolean;
  /** Resolves when the collector appended `done` and released the lease, or when another collector has the turn. */
  readonly finished: Promise<void>;
}

/** Appends the first snapshot of this epoch to the turn's feed and collects the runs. */
export async function openTurnCollector(deps: CollectorDeps, turn: TurnToCollect): Promise<TurnCollector> {
  const collector = new OpenTurn(deps, turn);
  await collector.begin();
  return collector;
}

interface Running {
  run: RunToIngest;
  over: Promise<void>;
  /** Ends the run's wait for a place. */
  stopWaiting: AbortController;
}

class OpenTurn implements TurnCollector {
  readonly finished: Promise<void>;
  readonly #deps: CollectorDeps;
  readonly #turn: TurnToCollect;
  readonly #states: Map<ResponseId, ResponseState>;
  readonly #running = new Map<ResponseId, Running>();
  readonly #cancelled = new Set<string>();
  readonly #frames: FrameWriter;
  /** Ends the ingestion of runs. */
  readonly #left = new AbortController();
  /** Ends the renewal of the lease. */
  readonly #closed = new AbortController();
  readonly #finish: () => void;
  #open = true;

  constructor(deps: CollectorDeps, turn: TurnToCollect) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#finish = resolve;
    this.#deps = deps;
    this.#turn = turn;
    this.#states = new Map(turn.states.map((state) => [state.responseId, state]));
    this.#frames = new FrameWriter({
      feed: turn.feed,
      turnId: turn.turnId,
      log: deps.log,
      snapshot: () => [...this.#states.values()],
      isStillOurs: () => turn.lease.renew(),
      onFenced: () => this.#lose(),
    });
  }

  get open(): boolean {
    return this.#open;
  }

  async begin(): Promise<void> {
    await this.#frames.open();
    if (!this.#open) return;
    void keepLease(this.#turn.lease, {
      renewSeconds: this.#deps.renewSeconds,
      signal: this.#closed.signal,
      log: this.#deps.log,
      onRenewed: () => this.#frames.touch(),
      onLost: () => this.#lose(),
    });
    for (const run of this.#turn.runs) this.collect(run);
  }

  collect(run: RunToIngest): void {
    const { responseId } = run;
    this.#cancelled.delete(responseId);
    if (this.#states.get(responseId)?.attempt !== run.attempt) {
      this.#patch({ responseId, attempt: run.attempt, status: 'pending', reset: true });
    }
    const context = {
      ...this.#deps,
      turn: this.#turn,
      patch: (change: ResponsePatch) => this.#patch(change),
      signal: this.#left.signal,
    };
    const stopWaiting = new AbortController();
    const over = ingestRun(context, run, {
      state: () => this.#states.get(responseId),
      isCancelled: () => this.#cancelled.has(responseId),
      cancelledWhileWaiting: stopWaiting.signal,
    });
    this.#running.set(responseId, { run, over, stopWaiting });
    void over.then(() => {
      if (this.#running.get(responseId)?.run === run) this.#running.delete(responseId);
      this.endIfIdle();
    });
  }

  endIfIdle(): void {
    if (this.#running.size === 0) void this.#end();
  }

  async cancel(responseIds: readonly ResponseId[]): Promise<void> {
    const cancelled = responseIds.flatMap((id) => this.#running.get(id) ?? []);
    for (const { run, stopWaiting } of cancelled) {
      this.#cancelled.add(run.responseId);
      stopWaiting.abort();
    }
    await Promise.all(cancelled.map(({ run }) => this.#cancelRun(run)));
  }

  async drain(): Promise<void> {
    if (!this.#open) return this.finished;
    this.#open = false;
    this.#left.abort();
    this.#closed.abort();
    // Wait for starts in progress: the next collector must find the runs that they make.
    const over = Promise.all([...this.#running.values()].map((running) => running.over));
    await Promise.race([over, delay(DRAIN_WAIT_MS, undefined, { ref: false })]);
    await this.#frames.flush();
    this.#frames.stop();
    await this.#giveBack(() => this.#turn.lease.drain());
    this.#finish();
  }

  #patch(change: ResponsePatch): void {
    const state = this.#states.get(change.responseId);
    if (!state) return;
    this.#states.set(change.responseId, applyPatch(state, change));
    this.#frames.add(change);
  }

  async #cancelRun(run: RunToIngest): Promise<void> {
    try {
      await this.#deps.backend.cancel(run);
    } catch (error) {
      this.#deps.log.error({ err: error, runId: run.runId }, 'could not cancel a run');
    }
  }

  /** Every run is over. */
  async #end(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#closed.abort();
    await this.#frames.finish();
    await this.#giveBack(() => this.#turn.lease.release());
    this.#finish();
  }

  /** Called when another collector has the turn. Stops without touching the turn again. */
  #lose(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#deps.log.warn(
      { turnId: this.#turn.turnId, epoch: this.#turn.epoch },
      'a turn was lost to another collector',
    );
    this.#left.abort();
    this.#closed.abort();
    this.#frames.stop();
    this.#finish();
  }

  async #giveBack(how: () => Promise<void>): Promise<void> {
    try {
      await how();
    } catch (error) {
      this.#deps.log.warn({ err: error, turnId: this.#turn.turnId }, 'a lease was not released');
    }
  }
}

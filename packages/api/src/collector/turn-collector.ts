import { setTimeout as delay } from 'node:timers/promises';
import type { Backend } from '@aideator/contract/backend';
import type { Feed, FeedWriter } from '@aideator/contract/feed';
import { applyPatch } from '@aideator/contract/fold';
import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import type { Logger } from '../logger.ts';
import { followRun, type RunToFollow } from './follow-run.ts';
import { FrameWriter } from './frame-writer.ts';
import { keepLease, type TurnLease } from './lease.ts';
import type { RunRecords } from './run-records.ts';

/** Longest wait for starts that are under way when a turn is left. */
const HAND_OVER_WAIT_MS = 3_000;

export interface CollectorDeps {
  backend: Backend;
  feed: Feed;
  records: RunRecords;
  log: Logger;
  /** How often a turn's lease is renewed. */
  renewSeconds: number;
}

export interface TurnToCollect {
  turnId: string;
  epoch: number;
  /** Opened at this epoch. */
  feed: FeedWriter;
  /** All responses of the turn as viewers know them, ordered by position. */
  states: readonly ResponseState[];
  /** Runs of an earlier collector that are not over. */
  runs: readonly RunToFollow[];
  lease: TurnLease;
}

/** Merges the events of all runs of one turn into frames and sees to it that each run's outcome is recorded. */
export interface TurnCollector {
  /** Follows a run to its end. */
  collect(run: RunToFollow): void;
  /** Asks these responses' runs to stop; they end as `cancelled`. */
  cancel(responseIds: readonly string[]): Promise<void>;
  /** Comes to its end when no run is followed. */
  endIfIdle(): void;
  /** Leaves the turn to another process, with its runs as they are; resolves when it can be taken. */
  handOver(): Promise<void>;
  /** False once the end has begun: a new run needs a new collector. */
  readonly open: boolean;
  /** Resolves when nothing is done here any more: `done` is in the feed and the lease given back, or the turn is another's. */
  readonly finished: Promise<void>;
}

/** Begins this epoch of the turn's feed with a snapshot and collects its runs. */
export async function openTurnCollector(deps: CollectorDeps, turn: TurnToCollect): Promise<TurnCollector> {
  const collector = new OpenTurn(deps, turn);
  await collector.begin();
  return collector;
}

class OpenTurn implements TurnCollector {
  readonly finished: Promise<void>;
  readonly #deps: CollectorDeps;
  readonly #turn: TurnToCollect;
  readonly #states: Map<string, ResponseState>;
  readonly #running = new Map<string, { run: RunToFollow; over: Promise<void> }>();
  readonly #cancelled = new Set<string>();
  readonly #frames: FrameWriter;
  /** Ends what follows runs. */
  readonly #left = new AbortController();
  /** Ends the renewing of the lease. */
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

  collect(run: RunToFollow): void {
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
    const over = followRun(context, run, {
      state: () => this.#states.get(responseId),
      isCancelled: () => this.#cancelled.has(responseId),
    });
    this.#running.set(responseId, { run, over });
    void over.then(() => {
      if (this.#running.get(responseId)?.run === run) this.#running.delete(responseId);
      this.endIfIdle();
    });
  }

  endIfIdle(): void {
    if (this.#running.size === 0) void this.#end();
  }

  async cancel(responseIds: readonly string[]): Promise<void> {
    const stopped = responseIds.flatMap((id) => this.#running.get(id)?.run ?? []);
    for (const run of stopped) this.#cancelled.add(run.responseId);
    await Promise.all(stopped.map((run) => this.#stop(run)));
  }

  async handOver(): Promise<void> {
    if (!this.#open) return this.finished;
    this.#open = false;
    this.#left.abort();
    this.#closed.abort();
    // A start that is under way is waited for: the next collector must find the run that it makes.
    const over = Promise.all([...this.#running.values()].map((running) => running.over));
    await Promise.race([over, delay(HAND_OVER_WAIT_MS, undefined, { ref: false })]);
    await this.#frames.flush();
    this.#frames.stop();
    await this.#giveBack(() => this.#turn.lease.handOver());
    this.#finish();
  }

  #patch(change: ResponsePatch): void {
    const state = this.#states.get(change.responseId);
    if (!state) return;
    this.#states.set(change.responseId, applyPatch(state, change));
    this.#frames.add(change);
  }

  async #stop(run: RunToFollow): Promise<void> {
    try {
      await this.#deps.backend.stop(run);
    } catch (error) {
      this.#deps.log.error({ err: error, runId: run.runId }, 'could not stop a run');
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

  /** The turn is another's: nothing of it is touched any more. */
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
      this.#deps.log.warn({ err: error, turnId: this.#turn.turnId }, 'a lease was not given back');
    }
  }
}

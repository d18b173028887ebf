import type { Backend, RunToStart } from '@aideator/contract/backend';
import type { Feed } from '@aideator/contract/feed';
import { applyPatch } from '@aideator/contract/fold';
import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import { FRAME_INTERVAL_MS } from '@aideator/contract/limits';
import type { Logger } from '../logger.ts';
import { followRun } from './follow-run.ts';
import { createFrameBuffer } from './frame-buffer.ts';
import type { RunRecords } from './run-records.ts';

/** A snapshot this often keeps the feed short for those who join and bounds what it must hold. */
const FRAMES_PER_SNAPSHOT = 512;

export interface CollectorDeps {
  backend: Backend;
  feed: Feed;
  records: RunRecords;
  log: Logger;
}

export interface TurnToCollect {
  turnId: string;
  epoch: number;
  /** All responses of the turn, ordered by position. */
  states: readonly ResponseState[];
  /** Gives the turn's lease back. */
  release: () => Promise<void>;
}

/** Merges the events of all runs of one turn into frames and sees to it that each run's outcome is recorded. */
export interface TurnCollector {
  /** Starts a run and follows it to its end. */
  collect(run: RunToStart): void;
  /** Asks these responses' runs to stop; they end as `cancelled`. */
  cancel(responseIds: readonly string[]): Promise<void>;
  /** False once the end has begun: a new run needs a new collector. */
  readonly open: boolean;
  /** Resolves when `done` is in the feed and everything is freed. */
  readonly finished: Promise<void>;
}

/** Opens the turn's feed with a snapshot and returns its collector. Throws AppError `conflict` for an old epoch. */
export async function openTurnCollector(deps: CollectorDeps, turn: TurnToCollect): Promise<TurnCollector> {
  const { turnId, epoch } = turn;
  await deps.feed.open(turnId, epoch);
  await deps.feed.append(turnId, epoch, { type: 'snapshot', responses: [...turn.states] });
  return createCollector(deps, turn);
}

function createCollector(deps: CollectorDeps, turn: TurnToCollect): TurnCollector {
  const states = new Map(turn.states.map((state) => [state.responseId, state]));
  const frames = createFrameWriter(deps, turn, () => [...states.values()]);
  const running = new Map<string, RunToStart>();
  const cancelled = new Set<string>();
  const abort = new AbortController();
  const finished = Promise.withResolvers<void>();
  let open = true;

  const patch = (change: ResponsePatch): void => {
    const state = states.get(change.responseId);
    if (!state) return;
    states.set(change.responseId, applyPatch(state, change));
    frames.add(change);
  };
  const end = async (): Promise<void> => {
    open = false;
    await frames.finish();
    await turn
      .release()
      .catch((error: unknown) =>
        deps.log.warn({ err: error, turnId: turn.turnId }, 'a lease was not given back'),
      );
    finished.resolve();
  };
  const stop = (run: RunToStart): Promise<void> =>
    deps.backend
      .stop(run)
      .catch((error: unknown) => deps.log.error({ err: error, runId: run.runId }, 'could not stop a run'));

  return {
    get open() {
      return open;
    },
    finished: finished.promise,
    collect(run) {
      running.set(run.responseId, run);
      cancelled.delete(run.responseId);
      if (states.get(run.responseId)?.attempt !== run.attempt) {
        patch({ responseId: run.responseId, attempt: run.attempt, status: 'pending', reset: true });
      }
      const follow = followRun({ ...deps, turn, patch, signal: abort.signal }, run, {
        state: () => states.get(run.responseId),
        isCancelled: () => cancelled.has(run.responseId),
      });
      void follow.finally(() => {
        if (running.get(run.responseId) === run) running.delete(run.responseId);
        if (running.size === 0 && open) void end();
      });
    },
    async cancel(responseIds) {
      const runs = responseIds.flatMap((id) => running.get(id) ?? []);
      for (const run of runs) cancelled.add(run.responseId);
      await Promise.all(runs.map(stop));
    },
  };
}

/**
 * Sends what was added as frames, the first at once and then at most one per 33 ms, but the first piece of an answer
 * without waiting: that is what people wait for, and there is one per response. `finish` sends the rest and `done`.
 */
function createFrameWriter(deps: CollectorDeps, turn: TurnToCollect, snapshot: () => ResponseState[]) {
  const buffer = createFrameBuffer();
  let timer: NodeJS.Timeout | undefined;
  let lastSentMs = 0;
  let sinceSnapshot = 0;
  let chain: Promise<unknown> = Promise.resolve();

  const append = (event: Parameters<Feed['append']>[2]): void => {
    chain = chain
      .then(() => deps.feed.append(turn.turnId, turn.epoch, event))
      .catch((error: unknown) =>
        deps.log.warn({ err: error, turnId: turn.turnId }, 'a frame was not appended'),
      );
  };
  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const patches = buffer.take();
    if (patches.length === 0) return;
    lastSentMs = performance.now();
    append({ type: 'frame', patches });
    sinceSnapshot += 1;
    if (sinceSnapshot >= FRAMES_PER_SNAPSHOT) {
      sinceSnapshot = 0;
      append({ type: 'snapshot', responses: snapshot() });
    }
  };
  return {
    add(patch: ResponsePatch): void {
      buffer.add(patch);
      const isFirstPiece = patch.firstTokenMs !== undefined;
      if (timer && !isFirstPiece) return;
      const waitMs = isFirstPiece ? 0 : lastSentMs + FRAME_INTERVAL_MS - performance.now();
      if (waitMs <= 0) send();
      else timer = setTimeout(send, waitMs);
    },
    async finish(): Promise<void> {
      send();
      append({ type: 'done' });
      await chain;
    },
  };
}

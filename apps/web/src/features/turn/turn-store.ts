import { withTimes } from '@aideator/contract/clocks';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState, TurnEvent } from '@aideator/contract/frames';
import { isTerminal } from '@aideator/contract/statuses';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** When a run began and sent its first text, as this page saw it, in milliseconds of the browser's clock. */
export interface RunClock {
  attempt: number;
  startedAtMs: number;
  firstTokenAtMs?: number | undefined;
}

export interface TurnStoreState {
  /** Ordered by position. An unchanged response keeps its identity. */
  responses: readonly ResponseState[];
  clocks: Readonly<Record<string, RunClock>>;
  /** Of a turn that tells no names: how many responses are over, but not which. */
  overCount?: number | undefined;
}

export interface TurnStoreDeps {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `flush` once, with the next animation frame. Returns a function that cancels the call. */
  schedule(flush: () => void): () => void;
}

/** What is known of a turn outside the live stream. */
export interface TurnSeed {
  responses: readonly ResponseState[];
  active: boolean;
  /** When the turn was submitted, by the browser's clock. */
  submittedAtMs: number;
  /** As in TurnStoreState. */
  overCount?: number | undefined;
}

export interface TurnStore {
  api: StoreApi<TurnStoreState>;
  /** Takes what the server stored. While the turn is read live this does nothing. */
  seed(seed: TurnSeed): void;
  /** The live state is out of date: responses that are stored as ended replace it until the next snapshot. */
  fallBehind(): void;
  /** Folds the event at once and shows it with the next frame. Throws FrameGapError when an earlier event is missing. */
  push(event: TurnEvent): void;
  /** The newest states, including those that are not shown yet. */
  latest(): readonly ResponseState[];
  /** Shows the newest states now instead of with the next frame. */
  flush(): void;
  /** Cancels a pending frame. */
  close(): void;
}

/** A retry counts from the time when this page saw it. No start is in the future. */
function startOf(state: ResponseState, submittedAtMs: number, nowMs: number): number {
  return state.attempt <= 1 ? Math.min(submittedAtMs, nowMs) : nowMs;
}

/** Returns the same object if no run started or sent its first text. */
function advanceClocks(
  clocks: Readonly<Record<string, RunClock>>,
  responses: readonly ResponseState[],
  startMs: (state: ResponseState) => number,
): Readonly<Record<string, RunClock>> {
  let next = clocks;
  for (const state of responses) {
    const known = next[state.responseId];
    const spoke = state.text.length > 0 || state.reasoning.length > 0;
    if (known && known.attempt === state.attempt && (known.firstTokenAtMs !== undefined || !spoke)) continue;
    const sameAttempt = known?.attempt === state.attempt;
    const clock: RunClock = sameAttempt ? known : { attempt: state.attempt, startedAtMs: startMs(state) };
    next = { ...next, [state.responseId]: spoke ? { ...clock, firstTokenAtMs: startMs(state) } : clock };
  }
  return next;
}

/** The live states, but with the stored state where a response has ended. The text of a running response is not stored. */
function withEnded(
  live: readonly ResponseState[],
  stored: readonly ResponseState[],
): readonly ResponseState[] {
  const ended = new Map(
    stored.filter(({ status }) => isTerminal(status)).map((state) => [state.responseId, state]),
  );
  return live.map((state) => {
    const over = ended.get(state.responseId);
    return over && over.attempt >= state.attempt && !isTerminal(state.status) ? over : state;
  });
}

/**
 * The live state of one turn's responses. Events are folded as they arrive and shown once per frame, so a burst of events
 * costs one render. Components select their own response and do not render for the others.
 */
export function createTurnStore(seed: TurnSeed, deps: TurnStoreDeps): TurnStore {
  const seedClocks = (from: TurnSeed): Readonly<Record<string, RunClock>> =>
    Object.fromEntries(
      from.responses.map((state) => [
        state.responseId,
        { attempt: state.attempt, startedAtMs: startOf(state, from.submittedAtMs, deps.now()) },
      ]),
    );
  const api = createStore<TurnStoreState>(() => ({
    responses: seed.responses,
    clocks: seedClocks(seed),
    overCount: seed.overCount,
  }));
  let latest: readonly ResponseState[] = seed.responses;
  let { overCount } = seed;
  let source: 'stored' | 'live' | 'behind' = 'stored';
  /** An event is missing. Frames are ignored until the next snapshot. */
  let gap = false;
  let callOff: (() => void) | undefined;

  function flush(): void {
    callOff?.();
    callOff = undefined;
    const shown = api.getState();
    if (shown.responses === latest && shown.overCount === overCount) return;
    const clocks = advanceClocks(shown.clocks, latest, () => deps.now());
    api.setState({ responses: latest, clocks, overCount });
  }

  return {
    api,
    seed(from) {
      if (source === 'live' && from.active) return;
      if (source === 'behind' && from.active) latest = withEnded(latest, from.responses);
      else {
        source = 'stored';
        latest = from.responses;
        overCount = from.overCount;
      }
      flush();
    },
    fallBehind() {
      if (source === 'live') source = 'behind';
    },
    push(event) {
      if (event.type === 'done') return flush();
      if (gap && event.type === 'frame') return;
      try {
        latest = applyTurnEvent(latest, withTimes(event, deps.now()));
        gap = false;
        overCount = event.overCount;
      } catch (error) {
        gap = true;
        throw error;
      }
      if (event.type === 'snapshot' || source === 'stored') source = 'live';
      callOff ??= deps.schedule(flush);
    },
    latest: () => latest,
    flush,
    close() {
      callOff?.();
      callOff = undefined;
    },
  };
}

/** True when all responses of the turn have ended. */
export function isOver(responses: readonly ResponseState[]): boolean {
  return responses.every((state) => isTerminal(state.status));
}

/**
 * Calls back with the next animation frame, or after 250 ms, because background tabs draw no frames and their state
 * must stay correct too.
 */
export function nextFrame(flush: () => void): () => void {
  let over = false;
  const run = () => {
    if (over) return;
    callOff();
    flush();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, 250);
  const callOff = () => {
    over = true;
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  return callOff;
}

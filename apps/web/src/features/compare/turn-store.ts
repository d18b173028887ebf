import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState, TurnEvent } from '@aideator/contract/frames';
import { isTerminal } from '@aideator/contract/statuses';
import { createStore, type StoreApi } from 'zustand/vanilla';

/** When this page saw an attempt begin and speak, in milliseconds of the page's wall clock. */
export interface Clock {
  attempt: number;
  startedAtMs: number;
  firstTokenAtMs?: number | undefined;
}

export interface TurnStoreState {
  /** Ordered by position. An entry keeps its identity while nothing of it changes. */
  responses: readonly ResponseState[];
  clocks: Readonly<Record<string, Clock>>;
}

export interface TurnStoreDeps {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `flush` once, soon (an animation frame); returns a way to call it off. */
  schedule(flush: () => void): () => void;
}

/** What is known of a turn outside the live stream. */
export interface TurnSeed {
  responses: readonly ResponseState[];
  active: boolean;
  createdAt: Date;
}

export interface TurnStore {
  api: StoreApi<TurnStoreState>;
  /** Takes what the server stored; ignored while live events are newer than it. */
  seed(seed: TurnSeed): void;
  /** Folds at once and shows it with the next frame. Throws FrameGapError when something was missed. */
  push(event: TurnEvent): void;
  /** The newest states, shown or not. */
  latest(): readonly ResponseState[];
  /** Shows at once what is waiting for the next frame. */
  flush(): void;
  /** Calls off a pending frame. */
  close(): void;
}

/** Starts of the page older than this are not shown as running time: a clock somewhere is wrong. */
const BELIEVABLE_AGE_MS = 60 * 60 * 1000;

function startOf(state: ResponseState, createdAt: Date, nowMs: number): number {
  const age = nowMs - createdAt.getTime();
  return state.attempt <= 1 && age >= 0 && age < BELIEVABLE_AGE_MS ? createdAt.getTime() : nowMs;
}

/** Keeps the identity of the clocks when no attempt began and none spoke for the first time. */
function advanceClocks(
  clocks: Readonly<Record<string, Clock>>,
  responses: readonly ResponseState[],
  startMs: (state: ResponseState) => number,
): Readonly<Record<string, Clock>> {
  let next = clocks;
  for (const state of responses) {
    const known = next[state.responseId];
    const spoke = state.text.length > 0 || state.reasoning.length > 0;
    if (known && known.attempt === state.attempt && (known.firstTokenAtMs !== undefined || !spoke)) continue;
    const sameAttempt = known?.attempt === state.attempt;
    const clock: Clock = sameAttempt ? known : { attempt: state.attempt, startedAtMs: startMs(state) };
    next = { ...next, [state.responseId]: spoke ? { ...clock, firstTokenAtMs: startMs(state) } : clock };
  }
  return next;
}

/**
 * The live state of one turn's responses. Events are folded as they come and shown once per frame, so that a burst
 * costs one render; subscribers select their own response and hear of no other.
 */
export function createTurnStore(seed: TurnSeed, deps: TurnStoreDeps): TurnStore {
  const seedClocks = (from: TurnSeed): Readonly<Record<string, Clock>> =>
    Object.fromEntries(
      from.responses.map((state) => [
        state.responseId,
        { attempt: state.attempt, startedAtMs: startOf(state, from.createdAt, deps.now()) },
      ]),
    );
  const api = createStore<TurnStoreState>(() => ({ responses: seed.responses, clocks: seedClocks(seed) }));
  let latest: readonly ResponseState[] = seed.responses;
  let live = false;
  /** Something was missed: nothing fits any more until the next snapshot. */
  let gap = false;
  let callOff: (() => void) | undefined;

  function flush(): void {
    callOff?.();
    callOff = undefined;
    const shown = api.getState();
    if (shown.responses === latest) return;
    const clocks = advanceClocks(shown.clocks, latest, () => deps.now());
    api.setState({ responses: latest, clocks });
  }

  return {
    api,
    seed(from) {
      if (live && from.active) return;
      live = false;
      latest = from.responses;
      flush();
    },
    push(event) {
      if (event.type === 'done') return flush();
      if (gap && event.type === 'frame') return;
      try {
        latest = applyTurnEvent(latest, event);
        gap = false;
      } catch (error) {
        gap = true;
        throw error;
      }
      live = true;
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

/** True when no response of the turn will say more. */
export function isOver(responses: readonly ResponseState[]): boolean {
  return responses.every((state) => isTerminal(state.status));
}

/**
 * One animation frame, or a quarter of a second where frames are not drawn (a tab in the background), so that the
 * state stays right there too.
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

import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@aideator/contract/errors';
import type { FeedEntry, FeedId } from '@aideator/contract/feed';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import type { RevealPace } from '@aideator/contract/statuses';
import { getTurnStanding } from '@aideator/db/queries/turn-pages';
import type { ApiDeps } from '../../deps.ts';
import { hiddenPace, maskStates, overCountOf, storedChars } from './blind-mask.ts';
import { EvenPace } from './even-pace.ts';
import { eventBetween, type MaskedTurn } from './masked-events.ts';
import { type WatchParams, watchTurn } from './watch-turn.ts';

/** How often the texts of a hidden turn may grow. */
const TICK_MS = 100;
/** How often a hidden turn is checked for its reveal, which may happen in another tab or process. */
const REVEAL_CHECK_MS = 1_000;

/**
 * The events of a turn as its owner may see them: those of `watchTurn`, masked while the turn is blind and not revealed.
 * After a reveal they continue with a snapshot of everything. Throws `not_found` for a turn of another person, or one that
 * is gone.
 */
export async function* watchVisible(deps: ApiDeps, params: WatchParams): AsyncGenerator<FeedEntry> {
  const standing = await getTurnStanding(deps.db, params);
  if (!standing) throw new AppError('not_found', 'no such turn');
  const pace = hiddenPace(standing);
  if (!pace) return yield* watchTurn(deps, params);
  const isRevealed = yield* watchHidden(deps, params, pace);
  // Events of the masked stream were not those of the feed, so the position of the viewer does not count.
  if (isRevealed) yield* watchTurn(deps, { ...params, lastEventId: undefined });
}

/** Returns true when the turn was revealed, false when it ended hidden or the viewer left. */
async function* watchHidden(
  deps: ApiDeps,
  params: WatchParams,
  pace: RevealPace,
): AsyncGenerator<FeedEntry, boolean> {
  const left = new AbortController();
  const signal = AbortSignal.any([params.signal, left.signal]);
  const latest = followLatest(watchTurn(deps, { ...params, lastEventId: undefined, signal }));
  const charsOf = charsFor(pace);
  let sent: MaskedTurn | undefined;
  let checkedMs = performance.now();
  try {
    while (!params.signal.aborted) {
      await Promise.race([latest.changed(), delay(TICK_MS)]);
      const { states, id, isDone } = latest.read();
      const nowMs = performance.now();
      if (nowMs - checkedMs >= REVEAL_CHECK_MS) {
        checkedMs = nowMs;
        if (await isRevealed(deps, params)) return true;
      }
      if (id === undefined) continue;
      const visible = {
        responses: maskStates(states, charsOf(states, nowMs)),
        overCount: overCountOf(states),
      };
      const event = eventBetween(sent, visible);
      if (event) yield { id, event };
      sent = visible;
      const isWhole = states.every(({ text }, i) => visible.responses[i]?.text.length === text.length);
      if (!isDone || !isWhole) continue;
      if (await isRevealed(deps, params)) return true;
      yield { id, event: { type: 'done' } };
      return false;
    }
    return false;
  } finally {
    left.abort();
  }
}

function charsFor(pace: RevealPace): (states: readonly ResponseState[], nowMs: number) => number {
  if (pace === 'together') return storedChars;
  const even = new EvenPace();
  return (states, nowMs) => even.advance(states, nowMs);
}

/** Throws `not_found` when the turn is gone. */
async function isRevealed(deps: ApiDeps, params: WatchParams): Promise<boolean> {
  const standing = await getTurnStanding(deps.db, params);
  if (!standing) throw new AppError('not_found', 'the turn is gone');
  return hiddenPace(standing) === undefined;
}

interface Latest {
  states: readonly ResponseState[];
  /** Undefined until the first event. */
  id: FeedId | undefined;
  isDone: boolean;
}

/** Reads events ahead of the reader, who looks at the newest state when it likes. */
function followLatest(events: AsyncIterable<FeedEntry>): { changed(): Promise<void>; read(): Latest } {
  const latest: Latest = { states: [], id: undefined, isDone: false };
  let failure: { error: unknown } | undefined;
  let change = Promise.withResolvers<void>();
  async function follow(): Promise<void> {
    for await (const { id, event } of events) {
      latest.states = applyTurnEvent(latest.states, event);
      latest.id = id;
      latest.isDone = event.type === 'done';
      change.resolve();
    }
  }
  void follow().catch((error: unknown) => {
    failure = { error };
    change.resolve();
  });
  return {
    changed: () => change.promise,
    read() {
      if (failure) throw failure.error;
      change = Promise.withResolvers();
      return { ...latest };
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@aideator/contract/errors';
import type { FeedEntry, FeedId } from '@aideator/contract/feed';
import { isTerminal } from '@aideator/contract/statuses';
import { getTurn, type TurnDetail } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../deps.ts';
import { viewerEvents } from './viewer-events.ts';
import { responseState } from './views.ts';

/** A turn is stored a moment before its feed is open; a feed that is away comes back later. */
const FEED_WAIT_MS = 50;
const FEED_WAIT_MS_MAX = 1_000;
/** After so long a silence it is looked up whether the turn is over: its last words may never have reached the feed. */
const IDLE_MS = 5_000;
/** Behind all that a collector appends at its epoch, before all of the next one. */
const STORED_NUMBER = 999_999_999_998;

export interface WatchParams {
  userId: string;
  turnId: string;
  /** What the viewer saw last; anything that is no id of this feed starts from a snapshot. */
  lastEventId?: FeedId | undefined;
  signal: AbortSignal;
}

/**
 * What one viewer of a turn is sent: a snapshot, then frames, then `done`; after a reconnect what follows the last event.
 * While the feed cannot be read it waits, and shows what is stored when the turn is over by then. A viewer that leaves
 * ends nothing but this. Throws `not_found` for a turn of somebody else.
 */
export async function* watchTurn(deps: ApiDeps, params: WatchParams): AsyncGenerator<FeedEntry> {
  if (!(await getTurn(deps.db, params))) throw new AppError('not_found', 'no such turn');
  const { signal } = params;
  let last = params.lastEventId;
  let waitMs = FEED_WAIT_MS;
  while (!signal.aborted) {
    const from = last === undefined ? {} : { after: last };
    for await (const batch of deps.feed.read(params.turnId, { idleMs: IDLE_MS, signal, ...from })) {
      const events = viewerEvents(batch, last);
      last = batch.at(-1)?.id ?? last;
      const isEnd = batch.length === 0 || batch.at(-1)?.event.type === 'done';
      const stored = isEnd ? await lookUp(deps, params) : undefined;
      // The end that an earlier collector wrote is none when a response was retried, or taken over, since.
      yield* stored && !isOver(stored) ? events.filter(({ event }) => event.type !== 'done') : events;
      if (events.at(-1)?.event.type === 'done' && (!stored || isOver(stored))) return;
      if (batch.length === 0 && stored && isOver(stored)) return yield* storedEvents(stored);
      waitMs = FEED_WAIT_MS;
    }
    if (signal.aborted) return;
    const stored = await lookUp(deps, params);
    if (stored && isOver(stored)) return yield* storedEvents(stored);
    await delay(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    waitMs = Math.min(waitMs * 1.5, FEED_WAIT_MS_MAX);
  }
}

/** Undefined when it cannot be known now: what the feed says goes on all the same. Throws `not_found` when it is gone. */
async function lookUp(deps: ApiDeps, params: WatchParams): Promise<TurnDetail | undefined> {
  const found = await getTurn(deps.db, params).catch((error: unknown) => {
    deps.log.warn({ err: error, turnId: params.turnId }, 'it could not be looked up whether a turn is over');
    return 'unknown' as const;
  });
  if (found === undefined) throw new AppError('not_found', 'the turn is gone');
  return found === 'unknown' ? undefined : found;
}

const isOver = ({ responses }: TurnDetail): boolean => responses.every(({ status }) => isTerminal(status));

/** A turn that is over, from what is stored. */
function* storedEvents({ turn, responses }: TurnDetail): Generator<FeedEntry> {
  yield {
    id: `${turn.epoch}-${STORED_NUMBER}`,
    event: { type: 'snapshot', responses: responses.map(responseState) },
  };
  yield { id: `${turn.epoch}-${STORED_NUMBER + 1}`, event: { type: 'done' } };
}

import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@aideator/contract/errors';
import type { FeedEntry, FeedId } from '@aideator/contract/feed';
import { isTerminal } from '@aideator/contract/statuses';
import { getTurn, type TurnDetail } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../deps.ts';
import { viewerEvents } from './viewer-events.ts';
import { responseState } from './views.ts';

/** A turn is stored a moment before its feed is open. */
const FEED_WAIT_MS = 50;
const FEED_WAITS_MAX = 40;

export interface WatchParams {
  userId: string;
  turnId: string;
  /** What the viewer saw last; anything that is no id of this feed starts from a snapshot. */
  lastEventId?: FeedId | undefined;
  signal: AbortSignal;
}

/**
 * What one viewer of a turn is sent: a snapshot, then frames, then `done`; after a reconnect what follows the last event.
 * A viewer that leaves ends nothing but this. Throws `not_found` for a turn of somebody else, `unavailable` when a turn is
 * unfinished but nobody collects it (the viewer comes again).
 */
export async function* watchTurn(deps: ApiDeps, params: WatchParams): AsyncGenerator<FeedEntry> {
  let last = params.lastEventId;
  for (let waits = 0; ; waits += 1) {
    const detail = await getTurn(deps.db, params);
    if (!detail) throw new AppError('not_found', 'no such turn');
    for await (const batch of deps.feed.read(params.turnId, {
      signal: params.signal,
      ...(last === undefined ? {} : { after: last }),
    })) {
      const events = viewerEvents(batch, last);
      last = batch.at(-1)?.id ?? last;
      yield* events;
      if (events.at(-1)?.event.type === 'done') return;
    }
    if (params.signal.aborted) return;
    const stored = await getTurn(deps.db, params);
    if (stored && isOver(stored)) return yield* storedEvents(stored);
    if (waits >= FEED_WAITS_MAX) throw new AppError('unavailable', `${params.turnId} is not being collected`);
    await delay(FEED_WAIT_MS, undefined, { signal: params.signal }).catch(() => undefined);
  }
}

const isOver = ({ responses }: TurnDetail): boolean => responses.every(({ status }) => isTerminal(status));

/** A turn that is over, from what is stored. Its ids lie behind all of the feed's, so that a reconnect finds nothing new. */
function* storedEvents({ turn, responses }: TurnDetail): Generator<FeedEntry> {
  const next = turn.epoch + 1;
  yield { id: `${next}-0`, event: { type: 'snapshot', responses: responses.map(responseState) } };
  yield { id: `${next}-1`, event: { type: 'done' } };
}

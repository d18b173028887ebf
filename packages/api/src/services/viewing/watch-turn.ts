import { setTimeout as delay } from 'node:timers/promises';
import { withDurations } from '@aideator/contract/clocks';
import { AppError } from '@aideator/contract/errors';
import type { FeedEntry, FeedId } from '@aideator/contract/feed';
import type { TurnId, UserId } from '@aideator/contract/ids';
import { getTurnStanding } from '@aideator/db/queries/turn-pages';
import { getTurn } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../../deps.ts';
import { viewerEvents } from './viewer-events.ts';
import { responseState } from './views.ts';

/** A turn is stored shortly before its feed is open, and a feed that is down comes back later. */
const FEED_WAIT_MS = 50;
const FEED_WAIT_MS_MAX = 1_000;
/** After this silence the database is checked for the end of the turn, since `done` may never have reached the feed. */
const IDLE_MS = 5_000;
/** After all entries of an epoch and before those of the next one. */
const STORED_NUMBER = 999_999_999_998;

export interface WatchParams {
  userId: UserId;
  turnId: TurnId;
  /** The viewer's last event. Any id that is not in this feed starts from a snapshot. */
  lastEventId?: FeedId | undefined;
  signal: AbortSignal;
}

/**
 * The events for one viewer of a turn: a snapshot, then frames, then `done`; after a reconnect those after the last event.
 * Waits while the feed cannot be read, and yields the stored state if the turn is over then. A viewer that leaves ends only
 * this generator. Only for `watchVisible`, which has looked up that the turn is the person's and masks what is blind.
 * Throws `not_found` when the turn is gone.
 */
export async function* watchTurn(deps: ApiDeps, params: WatchParams): AsyncGenerator<FeedEntry> {
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
      // The `done` of an earlier collector does not count if a response was retried or adopted since.
      const shown = stored && !stored.isOver ? events.filter(({ event }) => event.type !== 'done') : events;
      const nowMs = Date.now();
      yield* shown.map((entry) => ({ ...entry, event: withDurations(entry.event, nowMs) }));
      if (events.at(-1)?.event.type === 'done' && (!stored || stored.isOver)) return;
      if (batch.length === 0 && stored?.isOver) return yield* storedEvents(deps, params);
      waitMs = FEED_WAIT_MS;
    }
    if (signal.aborted) return;
    const stored = await lookUp(deps, params);
    if (stored?.isOver) return yield* storedEvents(deps, params);
    await delay(waitMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    waitMs = Math.min(waitMs * 1.5, FEED_WAIT_MS_MAX);
  }
}

/** Undefined if the database is unavailable; the feed is then sent all the same. Throws `not_found` when it is gone. */
async function lookUp(deps: ApiDeps, params: WatchParams): Promise<{ isOver: boolean } | undefined> {
  const found = await getTurnStanding(deps.db, params).catch((error: unknown) => {
    deps.log.warn({ err: error, turnId: params.turnId }, 'it could not be looked up whether a turn is over');
    return 'unknown' as const;
  });
  if (found === undefined) throw new AppError('not_found', 'the turn is gone');
  return found === 'unknown' ? undefined : found;
}

/** The stored state of a finished turn. Throws `not_found` when it is gone. */
async function* storedEvents(deps: ApiDeps, params: WatchParams): AsyncGenerator<FeedEntry> {
  const stored = await getTurn(deps.db, params);
  if (!stored) throw new AppError('not_found', 'the turn is gone');
  const { turn, responses } = stored;
  yield {
    id: `${turn.epoch}-${STORED_NUMBER}`,
    event: { type: 'snapshot', responses: responses.map(responseState) },
  };
  yield { id: `${turn.epoch}-${STORED_NUMBER + 1}`, event: { type: 'done' } };
}

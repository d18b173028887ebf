import type { TurnEvent } from './frames.ts';
import type { TurnId } from './ids.ts';

/** `<epoch>-<n>`. Grows within a turn, even across collectors. */
export type FeedId = string;

export interface FeedEntry {
  id: FeedId;
  event: TurnEvent;
}

const FEED_ID = /^(0|[1-9]\d{0,14})-(0|[1-9]\d{0,14})$/;

/** The numbers of a feed id. Undefined for a malformed id, since ids come from outside. */
export function parseFeedId(id: string): { epoch: number; n: number } | undefined {
  const match = FEED_ID.exec(id);
  return match ? { epoch: Number(match[1]), n: Number(match[2]) } : undefined;
}

/** Negative, zero or positive, as for Array.sort. Malformed ids sort first. */
export function compareFeedIds(a: FeedId, b: FeedId): number {
  const left = parseFeedId(a) ?? { epoch: -1, n: -1 };
  const right = parseFeedId(b) ?? { epoch: -1, n: -1 };
  return left.epoch - right.epoch || left.n - right.n;
}

/** True when `next` is the entry right after `last`: same epoch, next number. */
export function followsFeedId(last: FeedId | undefined, next: FeedId): boolean {
  const a = last === undefined ? undefined : parseFeedId(last);
  const b = parseFeedId(next);
  return a !== undefined && b !== undefined && a.epoch === b.epoch && b.n === a.n + 1;
}

/** The collector's side of a turn's feed, at one epoch. */
export interface FeedWriter {
  /**
   * Appends under the next number of the epoch. The first entry is a snapshot, and so is the next one after a failure.
   * A failure skips a number, so that readers see a gap before that snapshot. Throws AppError `conflict` when a newer epoch
   * was opened, `not_found` when the feed is gone (its store was flushed; a snapshot restarts it), `unavailable` when the
   * entry was not stored in time.
   */
  append(event: TurnEvent): Promise<FeedId>;
  /** Keeps a quiet feed from expiring. Throws as `append` does, and then skips a number too. */
  touch(): Promise<void>;
}

/** The ordered, resumable stream of each turn, shared by all replicas. A cache of the live tail: its loss loses no text. */
export interface Feed {
  /**
   * Opens a turn's feed for a collector. Entries of earlier epochs stay readable until the first snapshot of this one.
   * Throws AppError `conflict` when the same or a newer epoch was opened before. Does not throw when the store is down: the
   * writer's first snapshot opens the feed when the store is back.
   */
  open(turnId: TurnId, epoch: number): Promise<FeedWriter>;
  /**
   * Yields batches of entries, the backlog first. Starts right after the id `after` if the feed holds it or gets it
   * within a second, otherwise at the newest snapshot. An empty batch means that nothing arrived for `idleMs`. Returns
   * after `done`, at once if there is no such feed, and when the feed can no longer be read; a further read then
   * continues.
   */
  read(
    turnId: TurnId,
    options: { after?: FeedId; idleMs?: number; signal: AbortSignal },
  ): AsyncIterable<FeedEntry[]>;
  close(): Promise<void>;
}

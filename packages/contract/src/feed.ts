import type { TurnEvent } from './frames.ts';

/** `<epoch>-<n>`: grows within a turn, also over a change of its collector. */
export type FeedId = string;

export interface FeedEntry {
  id: FeedId;
  event: TurnEvent;
}

const FEED_ID = /^(0|[1-9]\d{0,14})-(0|[1-9]\d{0,14})$/;

/** The numbers of a feed id, or undefined when it is none (it came from outside). */
export function parseFeedId(id: string): { epoch: number; n: number } | undefined {
  const match = FEED_ID.exec(id);
  return match ? { epoch: Number(match[1]), n: Number(match[2]) } : undefined;
}

/** Negative, zero or positive, as for Array.sort. Ids that are none sort first. */
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

/** The collector's end of a turn's feed, at one epoch. */
export interface FeedWriter {
  /**
   * Appends under the next number of the epoch. The first entry is a snapshot, and so is the next one after a failure:
   * then numbers are left out, so that readers see that something is missing between it and what they have.
   * Throws AppError `conflict` when a newer epoch was opened, `not_found` when the feed is gone (its store was emptied; a
   * snapshot begins it anew), `unavailable` when it was not stored in time.
   */
  append(event: TurnEvent): Promise<FeedId>;
  /** Keeps a quiet feed from expiring. Throws as `append` does, and leaves a number out then too. */
  touch(): Promise<void>;
}

/** The ordered, resumable stream of each turn, shared by all replicas. A cache of the live tail: losing it loses no text. */
export interface Feed {
  /**
   * Opens a turn's feed for a collector; what earlier epochs appended stays readable until the first snapshot of this one.
   * Throws AppError `conflict` when the same epoch or a newer one was opened before. A store that is away is no error:
   * the writer's first snapshot opens the feed when it is back.
   */
  open(turnId: string, epoch: number): Promise<FeedWriter>;
  /**
   * Batches of entries, the backlog first. With `after` that the feed still holds: exactly what follows it.
   * Otherwise from the newest snapshot on. An empty batch says that nothing came for `idleMs`. Returns after `done`, at
   * once when there is no such feed, and when the feed cannot be read any more; then reading again goes on.
   */
  read(
    turnId: string,
    options: { after?: FeedId; idleMs?: number; signal: AbortSignal },
  ): AsyncIterable<FeedEntry[]>;
  close(): Promise<void>;
}

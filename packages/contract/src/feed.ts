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

/** The ordered, resumable stream of each turn, shared by all replicas. A cache of the live tail: losing it loses no text. */
export interface Feed {
  /** Opens a turn's feed for a collector. An epoch older than one that was seen is refused with AppError `conflict`. */
  open(turnId: string, epoch: number): Promise<void>;
  /** Appends under the next id of the epoch. The first entry of an epoch is a snapshot. Throws `conflict` when a newer epoch was opened. */
  append(turnId: string, epoch: number, event: TurnEvent): Promise<FeedId>;
  /**
   * Batches of entries, the backlog first. With `after` that the feed still holds: exactly what follows it.
   * Otherwise from the newest snapshot on. Returns after `done`, or at once when there is no such feed.
   */
  read(turnId: string, options: { after?: FeedId; signal: AbortSignal }): AsyncIterable<FeedEntry[]>;
  /** True while entries of the turn can be read. */
  has(turnId: string): Promise<boolean>;
  close(): Promise<void>;
}

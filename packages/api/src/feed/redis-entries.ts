import type { FeedEntry } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';

/** One entry of a stream as Redis answers it: its id, then names and values by turns. */
export type StreamEntry = [id: string, fields: string[]];

export function encodeEvent(event: TurnEvent): string {
  return JSON.stringify(event);
}

/** Entries that only this program writes; not checked again, because this is done for every frame. */
export function decodeEntry([id, fields]: StreamEntry): FeedEntry {
  return { id, event: JSON.parse(fields[1] ?? 'null') as TurnEvent };
}

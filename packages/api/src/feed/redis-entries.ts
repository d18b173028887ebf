import type { FeedEntry } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';

/** One entry of a stream as Redis returns it: its id, then alternating names and values. */
export type StreamEntry = [id: string, fields: string[]];

export function encodeEvent(event: TurnEvent): string {
  return JSON.stringify(event);
}

/** Parses entries without validation: only this program writes them, and this runs for every frame. */
export function decodeEntry([id, fields]: StreamEntry): FeedEntry {
  return { id, event: JSON.parse(fields[1] ?? 'null') as TurnEvent };
}

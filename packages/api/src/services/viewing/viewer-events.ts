import { type FeedEntry, type FeedId, followsFeedId } from '@aideator/contract/feed';
import { applyTurnEvent } from '@aideator/contract/fold';
import type { ResponseState } from '@aideator/contract/frames';
import { createFrameBuffer } from '../../collector/frame-buffer.ts';

function foldFrom(entries: readonly FeedEntry[]): FeedEntry | undefined {
  let states: readonly ResponseState[] | undefined;
  let id: FeedId | undefined;
  for (const entry of entries) {
    if (entry.event.type === 'done') break;
    if (entry.event.type === 'snapshot') states = entry.event.responses;
    else if (states) states = applyTurnEvent(states, entry.event);
    id = entry.id;
  }
  return states && id !== undefined ? { id, event: { type: 'snapshot', responses: [...states] } } : undefined;
}

/** Merges the frames of a batch into one, so that a slow viewer gets fewer, larger frames. Skips snapshots. */
function mergeFrames(entries: readonly FeedEntry[]): FeedEntry | undefined {
  const buffer = createFrameBuffer();
  let id: FeedId | undefined;
  for (const { id: entryId, event } of entries) {
    if (event.type === 'frame') for (const patch of event.patches) buffer.add(patch);
    if (event.type !== 'done') id = entryId;
  }
  const patches = buffer.take();
  return id !== undefined && patches.length > 0 ? { id, event: { type: 'frame', patches } } : undefined;
}

/** True when each entry directly follows the one before it, and the first one follows `lastId`. */
function isContiguous(entries: readonly FeedEntry[], lastId: FeedId | undefined): boolean {
  return entries.every(({ id }, i) => followsFeedId(i === 0 ? lastId : entries[i - 1]?.id, id));
}

/**
 * The events for a viewer from one batch of the feed: at most one snapshot or frame, then `done` if the batch has it. A
 * viewer whose last event directly precedes the batch gets the difference. Any other viewer gets a snapshot: it is new, its
 * position was trimmed, the collector changed, or an append failed.
 */
export function viewerEvents(entries: readonly FeedEntry[], lastId: FeedId | undefined): FeedEntry[] {
  const tail = entries.at(-1);
  if (!tail) return [];
  const start = entries.findLastIndex((entry) => entry.event.type === 'snapshot');
  const main = isContiguous(entries, lastId)
    ? mergeFrames(entries)
    : foldFrom(entries.slice(Math.max(start, 0)));
  return [...(main ? [main] : []), ...(tail.event.type === 'done' ? [tail] : [])];
}

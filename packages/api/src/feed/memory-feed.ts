import { AppError } from '@aideator/contract/errors';
import { compareFeedIds, type Feed, type FeedEntry, type FeedId, parseFeedId } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';

interface Channel {
  epoch: number;
  nextNumber: number;
  /** From the second newest snapshot on: enough for a viewer that was away for a short while, and bounded. */
  entries: FeedEntry[];
  done: boolean;
  wake: () => void;
  changed: Promise<void>;
}

function newChannel(epoch: number): Channel {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { epoch, nextNumber: 0, entries: [], done: false, wake: resolve, changed: promise };
}

function signal(channel: Channel): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = channel.wake;
  channel.changed = promise;
  channel.wake = resolve;
  wake();
}

/** Where a reader starts: right after `after` when that entry is still held, else at the newest snapshot. */
function startIndex(entries: readonly FeedEntry[], after: FeedId | undefined): number {
  if (after !== undefined) {
    const held = entries.findIndex((entry) => entry.id === after);
    if (held >= 0) return held + 1;
  }
  return Math.max(
    entries.findLastIndex((entry) => entry.event.type === 'snapshot'),
    0,
  );
}

function trim(channel: Channel): void {
  const newest = channel.entries.findLastIndex((entry) => entry.event.type === 'snapshot');
  const previous = channel.entries.findLastIndex((entry, i) => i < newest && entry.event.type === 'snapshot');
  if (previous > 0) channel.entries.splice(0, previous);
}

function aborted(abort: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (abort.aborted) resolve();
  else abort.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}

async function* readChannel(
  channel: Channel,
  options: { after?: FeedId; signal: AbortSignal },
): AsyncGenerator<FeedEntry[]> {
  const stopped = aborted(options.signal);
  let position: FeedId | undefined;
  let from = startIndex(channel.entries, options.after);
  while (!options.signal.aborted) {
    if (position !== undefined) {
      const last = position;
      from = channel.entries.findIndex((entry) => compareFeedIds(entry.id, last) > 0);
      // Trimmed away under a reader that was too slow: it goes on from a snapshot.
      const first = channel.entries[0];
      if (first && compareFeedIds(first.id, last) > 0) from = startIndex(channel.entries, undefined);
    }
    const batch = from < 0 ? [] : channel.entries.slice(from);
    const changed = channel.changed;
    const tail = batch.at(-1);
    if (tail) {
      position = tail.id;
      yield batch;
      if (tail.event.type === 'done') return;
    } else {
      if (channel.done) return;
      await Promise.race([changed, stopped]);
    }
  }
}

/**
 * The feed of one process. A turn's entries live until `done` was appended; who reads later gets the stored answer.
 * Bounded by the collector's snapshots: what lies before the second newest one is dropped.
 */
export function createMemoryFeed(): Feed {
  const channels = new Map<string, Channel>();
  const appendTo = (turnId: string, epoch: number, event: TurnEvent): FeedId => {
    const channel = channels.get(turnId);
    if (!channel || channel.epoch !== epoch)
      throw new AppError('conflict', `epoch ${epoch} of ${turnId} is not open`);
    const id = `${epoch}-${channel.nextNumber}`;
    channel.nextNumber += 1;
    channel.entries.push({ id, event });
    if (event.type === 'snapshot') trim(channel);
    if (event.type === 'done') {
      channel.done = true;
      channels.delete(turnId);
    }
    signal(channel);
    return id;
  };
  return {
    async open(turnId, epoch) {
      const channel = channels.get(turnId);
      if (!channel) {
        channels.set(turnId, newChannel(epoch));
        return;
      }
      if (channel.epoch >= epoch)
        throw new AppError('conflict', `${turnId} is open at epoch ${channel.epoch}`);
      channel.epoch = epoch;
      channel.nextNumber = 0;
    },
    append: async (turnId, epoch, event) => appendTo(turnId, epoch, event),
    async *read(turnId, options) {
      const channel = channels.get(turnId);
      if (!channel) return;
      const after = options.after !== undefined && parseFeedId(options.after) ? options.after : undefined;
      yield* readChannel(channel, { signal: options.signal, ...(after === undefined ? {} : { after }) });
    },
    has: async (turnId) => channels.has(turnId),
    async close() {
      for (const channel of channels.values()) {
        channel.done = true;
        signal(channel);
      }
      channels.clear();
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import { BLOCK_MS } from './redis-connections.ts';
import type { StreamEntry } from './redis-entries.ts';

/** Most entries per stream and read. The next read returns the rest. */
const ENTRIES_PER_READ = 256;
const RETRY_MS = 200;

/** A stream to follow. */
export interface Tail {
  /** Entries after this id are read. Undefined: not to be read yet. */
  position: string | undefined;
  take(entries: readonly StreamEntry[]): void;
  /** Called when the connection was lost. The next entry may not follow the last one. */
  lost(): void;
}

/**
 * Follows any number of streams with one blocking read at a time. `tails` is called before each read. To add a stream
 * during a read, append an entry to one of the streams, which ends the read.
 */
export async function followStreams(
  deps: { reader: Redis; log: Logger; signal: AbortSignal },
  tails: () => ReadonlyMap<string, Tail>,
): Promise<void> {
  const { reader, log, signal } = deps;
  while (!signal.aborted) {
    try {
      deliver(await readOnce(reader, tails()), tails());
    } catch (error) {
      if (signal.aborted) return;
      log.debug({ err: error }, 'a read of the feeds failed');
      for (const tail of tails().values()) tail.lost();
      await delay(RETRY_MS * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }
}

type Reply = [key: string, entries: StreamEntry[]][] | null;

async function readOnce(reader: Redis, tails: ReadonlyMap<string, Tail>): Promise<Reply> {
  const read = [...tails].flatMap(([key, { position }]) =>
    position === undefined ? [] : [{ key, position }],
  );
  const keys = read.map(({ key }) => key);
  const positions = read.map(({ position }) => position);
  return reader.xread('COUNT', ENTRIES_PER_READ, 'BLOCK', BLOCK_MS, 'STREAMS', ...keys, ...positions);
}

function deliver(reply: Reply, tails: ReadonlyMap<string, Tail>): void {
  for (const [key, entries] of reply ?? []) {
    const tail = tails.get(key);
    const last = entries.at(-1);
    if (!tail || !last) continue;
    tail.position = last[0];
    tail.take(entries);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import { BLOCK_MS } from './redis-connections.ts';
import type { StreamEntry } from './redis-entries.ts';

/** Per stream and read; more comes with the next one. */
const ENTRIES_PER_READ = 256;
const RETRY_MS = 200;

/** One stream that is followed. */
export interface Tail {
  /** What is read comes after this id. Undefined: not yet. */
  position: string | undefined;
  take(entries: readonly StreamEntry[]): void;
  /** The connection was lost: what comes next may not follow what was taken. */
  lost(): void;
}

/**
 * Follows any number of streams with one blocking read at a time. `tails` is asked before each read; whoever adds one
 * while a read is under way ends that read by an entry in one of the streams.
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
      log.debug({ err: error }, 'a read of the feeds broke off');
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

import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import { type PeerMessage, type Peers, peerMessageSchema } from '../peers.ts';
import type { StreamEntry } from './redis-entries.ts';
import type { RedisKeys } from './redis-keys.ts';
import type { Tail } from './redis-tail.ts';

const MESSAGES_KEPT = 1_000;
const MESSAGES_KEEP_MS = 60_000;

export interface RedisPeers extends Peers {
  /** The streams that the blocking read has to follow for this. */
  readonly tails: ReadonlyMap<string, Tail>;
  /** Ends the blocking read in progress. */
  wake(): void;
}

/** Messages between replicas over one shared stream, and a stream of this process that ends its own blocking read. */
export function createRedisPeers(deps: { commands: Redis; keys: RedisKeys; log: Logger }): RedisPeers {
  const { commands, keys, log } = deps;
  const listeners = new Set<(message: PeerMessage) => void>();
  const hear = ([, fields]: StreamEntry): void => {
    const message = peerMessageSchema.safeParse(JSON.parse(fields[1] ?? 'null'));
    // A newer version may send messages that this one does not know.
    if (message.success) for (const listener of listeners) listener(message.data);
  };
  const add = async (key: string, value: string): Promise<void> => {
    try {
      await commands
        .multi()
        .xadd(key, 'MAXLEN', '~', MESSAGES_KEPT, '*', 'm', value)
        .pexpire(key, MESSAGES_KEEP_MS)
        .exec();
    } catch (error) {
      log.debug({ err: error }, 'a message was not sent');
    }
  };
  return {
    tails: new Map([
      [keys.messages, newTail((entries) => void entries.map(hear))],
      [keys.wake, newTail(() => undefined)],
    ]),
    wake: () => void add(keys.wake, ''),
    tell: (message) => add(keys.messages, JSON.stringify(message)),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function newTail(take: Tail['take']): Tail {
  return { position: '0', take, lost: () => undefined };
}

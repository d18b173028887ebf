import { randomUUID } from 'node:crypto';
import type { Feed } from '@aideator/contract/feed';
import type { Logger } from '../logger.ts';
import type { Peers } from '../peers.ts';
import type { RedisConnections } from './redis-connections.ts';
import { redisKeys } from './redis-keys.ts';
import { Mirrors } from './redis-mirrors.ts';
import { createRedisPeers } from './redis-peers.ts';
import { followStreams, type Tail } from './redis-tail.ts';
import { openRedisWriter } from './redis-writer.ts';

export interface RedisFeedOptions {
  redis: RedisConnections;
  log: Logger;
  /** Default `aideator:`. */
  keyPrefix?: string;
}

/**
 * The feed of several replicas and the messages between them. Each turn has one Redis stream, whose ids are the feed's.
 * One blocking read per process serves all viewers here. Nothing waits for Redis while it is down: a later snapshot
 * replaces frames that could not be appended, and readers end and are opened again.
 */
export function createRedisFeed({ redis, log, keyPrefix = 'aideator:' }: RedisFeedOptions): {
  feed: Feed;
  peers: Peers;
} {
  const { commands, reader } = redis;
  const keys = redisKeys(keyPrefix, randomUUID());
  const abort = new AbortController();
  const peers = createRedisPeers({ commands, keys, log });
  const mirrors = new Mirrors({ commands, keyOf: keys.stream, wake: peers.wake });
  const tails = (): ReadonlyMap<string, Tail> => new Map<string, Tail>([...peers.tails, ...mirrors.tails]);
  const following = followStreams({ reader, log, signal: abort.signal }, tails);
  return {
    feed: {
      open: (turnId, epoch) => openRedisWriter({ commands, keys, log }, { turnId, epoch }),
      read: (turnId, options) => mirrors.read(turnId, options),
      async close() {
        abort.abort();
        mirrors.close();
        redis.close();
        await following;
      },
    },
    peers,
  };
}

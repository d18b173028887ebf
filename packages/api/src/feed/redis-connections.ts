import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../logger.ts';

/** Longest silence of the server while commands wait: after it the connection is given up and made anew. */
const ANSWER_TIMEOUT_MS = 1_500;
/** How long one blocking read waits for entries; also how long a wake-up that was lost is missed. */
export const BLOCK_MS = 2_000;
const RECONNECT_MS_MAX = 500;

export interface RedisConnections {
  /** For everything that is answered at once. Fails at once while the server is away: nothing is queued, nothing sent twice. */
  commands: Redis;
  /** For blocking reads only: they would hold up every other command of their connection. */
  reader: Redis;
  close(): void;
}

/** Two connections to a Redis 6.2 or newer (or Valkey). They connect by themselves, and again whenever they are lost. */
export function openRedis(url: string, log: Logger): RedisConnections {
  const commands = connect(url, { socketTimeout: ANSWER_TIMEOUT_MS, connectionName: 'aideator' }, log);
  const reader = connect(
    url,
    { socketTimeout: BLOCK_MS + ANSWER_TIMEOUT_MS, connectionName: 'aideator-reader' },
    log,
  );
  return {
    commands,
    reader,
    close() {
      commands.disconnect();
      reader.disconnect();
    },
  };
}

function connect(url: string, options: RedisOptions, log: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    // An append that was sent once must not be sent again by the library: nobody would wait for it any more.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: ANSWER_TIMEOUT_MS,
    retryStrategy: (times) =>
      Math.min(50 * 2 ** Math.min(times, 10), RECONNECT_MS_MAX) * (0.5 + Math.random() / 2),
    ...options,
  });
  let isAway = false;
  redis.on('error', (error: Error) => {
    if (!isAway) log.warn({ err: error, connection: options.connectionName }, 'Redis cannot be reached');
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) log.info({ connection: options.connectionName }, 'Redis can be reached again');
    isAway = false;
  });
  return redis;
}

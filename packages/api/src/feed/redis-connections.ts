import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../logger.ts';

/** Longest silence of the server while commands are pending. After that the connection is replaced. */
const ANSWER_TIMEOUT_MS = 1_500;
/** How long one blocking read waits for entries. Also the longest delay after a lost wake-up. */
export const BLOCK_MS = 2_000;
const RECONNECT_MS_MAX = 500;

export interface RedisConnections {
  /** For commands that return at once. Fails at once while the server is down: it neither queues nor resends commands. */
  commands: Redis;
  /** Only for blocking reads, which delay every other command on their connection. */
  reader: Redis;
  close(): void;
}

/** Two connections to Redis 6.2 or newer, or Valkey. They connect and reconnect by themselves. */
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
    // The library must not resend an append: its caller has given up on it by then.
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

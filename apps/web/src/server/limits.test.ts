import { once } from 'node:events';
import { openRedis } from '@aideator/api/feed/redis-connections';
import { type RedisServer, redisBinary, startRedisServer } from '@aideator/api/testing/redis-server';
import { silentLog } from '@aideator/api/testing/silent-log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLimits } from './limits.ts';

const SIGN_INS = 10;

describe.runIf(redisBinary)('rate limits', () => {
  let server: RedisServer;
  const replicas: ReturnType<typeof openRedis>[] = [];
  beforeAll(async () => {
    server = await startRedisServer();
    for (let i = 0; i < 2; i += 1) {
      const redis = openRedis(server.url, silentLog);
      await once(redis.commands, 'ready');
      replicas.push(redis);
    }
  });
  afterAll(async () => {
    for (const redis of replicas) redis.close();
    await server[Symbol.asyncDispose]();
  });

  test('are counted over all replicas, separately for each key', async () => {
    const limits = replicas.map(({ commands }) => createLimits(commands));
    for (let i = 0; i < SIGN_INS; i += 1) await limits[i % 2]?.consume('sign_in', 'ann');
    for (const each of limits) {
      await expect(each.consume('sign_in', 'ann')).rejects.toMatchObject({ code: 'rate_limited' });
      await each.consume('sign_in', 'bob');
    }
  });

  test('are counted by each replica alone while Redis is down', async () => {
    const limits = createLimits(replicas[0]?.commands);
    await server.kill();
    for (let i = 0; i < SIGN_INS; i += 1) await limits.consume('sign_in', 'cleo');
    await expect(limits.consume('sign_in', 'cleo')).rejects.toMatchObject({ code: 'rate_limited' });
  });
});

test.each([
  ['sign_in', 10],
  ['sign_up', 20],
  ['submit', 60],
] as const)(
  'without Redis, %s is allowed %i times in a row per key and then refused; other keys and actions are not affected',
  async (action, times) => {
    const limits = createLimits(undefined);
    for (let i = 0; i < times; i += 1) await limits.consume(action, 'ann');
    await expect(limits.consume(action, 'ann')).rejects.toMatchObject({ code: 'rate_limited' });
    await limits.consume(action, 'bob');
    await limits.consume(action === 'submit' ? 'sign_in' : 'submit', 'ann');
  },
);

import { setTimeout as delay } from 'node:timers/promises';
import { type Feed, type FeedEntry, type FeedWriter, followsFeedId } from '@aideator/contract/feed';
import type { ResponseState, TurnEvent } from '@aideator/contract/frames';
import { newId, type TurnId } from '@aideator/contract/ids';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Peers } from '../peers.ts';
import { type RedisServer, redisBinary, startRedisServer } from '../testing/redis-server.ts';
import { silentLog } from '../testing/silent-log.ts';
import { openRedis } from './redis-connections.ts';
import { createRedisFeed } from './redis-feed.ts';

const FRAME: TurnEvent = { type: 'frame', patches: [] };
const DONE: TurnEvent = { type: 'done' };
const SNAPSHOT: TurnEvent = { type: 'snapshot', responses: [] };

const state = (text: string): ResponseState => ({
  responseId: 'rsp_1',
  position: 0,
  attempt: 1,
  status: 'streaming',
  text,
  reasoning: '',
});

describe.runIf(redisBinary)('a feed in Redis', () => {
  let server: RedisServer;
  let admin: Redis;
  let one: { feed: Feed; peers: Peers };
  let other: { feed: Feed; peers: Peers };

  const replica = () => createRedisFeed({ redis: openRedis(server.url, silentLog), log: silentLog });
  const opened = async (turnId: TurnId, epoch = 1): Promise<FeedWriter> => {
    const writer = await one.feed.open(turnId, epoch);
    await expect.poll(() => writer.append(SNAPSHOT).catch(() => null)).not.toBeNull();
    return writer;
  };
  const watch = (feed: Feed, turnId: TurnId, after?: string) => {
    const entries: FeedEntry[] = [];
    const abort = new AbortController();
    const over = (async () => {
      const options = { signal: abort.signal, ...(after === undefined ? {} : { after }) };
      for await (const batch of feed.read(turnId, options)) entries.push(...batch);
    })();
    return { ids: () => entries.map(({ id }) => id), entries, abort, over };
  };

  beforeAll(async () => {
    server = await startRedisServer();
    admin = new Redis(server.url);
    admin.on('error', () => undefined);
    one = replica();
    other = replica();
  });
  afterAll(async () => {
    await one.feed.close();
    await other.feed.close();
    admin.disconnect();
    await server[Symbol.asyncDispose]();
  });

  test('is the same at every replica, and one blocking read serves all turns watched there', async () => {
    const turns = [newId('turn'), newId('turn'), newId('turn')];
    const writers = await Promise.all(turns.map((turn) => opened(turn)));
    const viewers = turns.flatMap((turn) => [watch(other.feed, turn), watch(other.feed, turn)]);
    await expect.poll(() => viewers.every(({ entries }) => entries.length > 0)).toBe(true);
    for (const writer of writers) await writer.append(FRAME);
    for (const writer of writers) await writer.append(DONE);
    await Promise.all(viewers.map(({ over }) => over));
    for (const { ids, entries } of viewers) {
      expect(entries.at(-1)?.event).toEqual(DONE);
      expect(ids()).toEqual([...new Set(ids())]);
    }
    const connections = (await admin.client('LIST')) as string;
    // One for commands and one for reads per replica, whatever the number of viewers, plus the one of this query.
    expect(connections.trim().split('\n')).toHaveLength(5);
  });

  test('is added at once to a blocking read in progress', async () => {
    // Without a wake-up it would only be read when that read ends by itself, after up to two seconds.
    const turn = newId('turn');
    const writer = await opened(turn);
    const viewer = watch(other.feed, turn);
    await expect.poll(viewer.ids).toEqual(['1-0']);
    const startedMs = performance.now();
    await writer.append(FRAME);
    await expect.poll(viewer.ids, { interval: 5 }).toEqual(['1-0', '1-1']);
    expect(performance.now() - startedMs).toBeLessThan(500);
    await writer.append(DONE);
    await viewer.over;
  });

  test('keeps what a new viewer needs and little more, and expires', async () => {
    const turn = newId('turn');
    const writer = await opened(turn);
    for (let i = 0; i < 6; i += 1) {
      for (let n = 0; n < 300; n += 1) await writer.append(FRAME);
      await writer.append(SNAPSHOT);
    }
    // The entries of two snapshots, plus those that Redis keeps because it trims whole nodes of 100.
    expect(await admin.xlen(`aideator:turn:${turn}:feed`)).toBeLessThanOrEqual(301 + 1 + 100);
    for (let n = 0; n < 300; n += 1) await writer.append(FRAME);
    const viewer = watch(other.feed, turn);
    await expect.poll(() => viewer.entries.length).toBe(301);
    expect(viewer.entries[0]?.event.type).toBe('snapshot');
    const keys = [`aideator:turn:${turn}:feed`, `aideator:turn:${turn}:epoch`];
    for (const key of keys) expect(await admin.pttl(key)).toBeGreaterThan(10 * 60_000);
    await writer.append(DONE);
    await viewer.over;
    for (const key of keys) {
      expect(await admin.pttl(key)).toBeGreaterThan(0);
      expect(await admin.pttl(key)).toBeLessThanOrEqual(60_000);
    }
  });

  test('that was flushed refuses a frame and restarts with a snapshot, which readers see as a gap', async () => {
    const turn = newId('turn');
    const writer = await opened(turn);
    await writer.append(FRAME);
    const viewer = watch(other.feed, turn);
    await expect.poll(viewer.ids).toEqual(['1-0', '1-1']);
    await admin.flushall();
    await expect(writer.append(FRAME)).rejects.toMatchObject({ code: 'not_found' });
    await writer.append({ type: 'snapshot', responses: [state('whole')] });
    await writer.append(DONE);
    await viewer.over;
    expect(viewer.ids()).toEqual(['1-0', '1-1', '1-4', '1-5']);
    const late = watch(other.feed, turn);
    await late.over;
    expect(late.entries[0]).toEqual({ id: '1-4', event: { type: 'snapshot', responses: [state('whole')] } });
  });

  test('that was flushed before a touch restarts with a snapshot, which readers see as a gap', async () => {
    const turn = newId('turn');
    const writer = await opened(turn);
    await writer.append(FRAME);
    await admin.flushall();
    await expect(writer.touch()).rejects.toMatchObject({ code: 'not_found' });
    expect(followsFeedId('1-1', await writer.append(SNAPSHOT))).toBe(false);
  });

  test('refuses an older collector that returns after a flush', async () => {
    const turn = newId('turn');
    const older = await opened(turn);
    await admin.flushall();
    const newer = await one.feed.open(turn, 2);
    await newer.append(SNAPSHOT);
    await expect(older.append(SNAPSHOT)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('fails an append in time while Redis hangs, ends its readers, and recovers afterwards', async () => {
    const turn = newId('turn');
    const writer = await opened(turn);
    const viewer = watch(other.feed, turn);
    await expect.poll(viewer.ids).toEqual(['1-0']);
    server.freeze();
    const startedMs = performance.now();
    await expect(writer.append(FRAME)).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    await viewer.over;
    expect(await Promise.race([watch(other.feed, turn).over, delay(3_000, 'hangs')])).toBeUndefined();
    server.thaw();
    await expect.poll(() => writer.append(SNAPSHOT).catch(() => null), { timeout: 10_000 }).not.toBeNull();
    const again = await untilRead(turn, '1-0');
    await writer.append(DONE);
    await again.over;
    // A failed append may have been stored anyway, so readers must not take the next entry for its successor.
    expect(again.entries.at(-2)?.event.type).toBe('snapshot');
    expect(again.entries.at(-1)?.event.type).toBe('done');
  });

  test('opens and fails at once while Redis is down, and recovers when it is back empty', async () => {
    await server.kill();
    const turn = newId('turn');
    const writer = await one.feed.open(turn, 1);
    await expect(writer.append(SNAPSHOT)).rejects.toMatchObject({ code: 'unavailable' });
    await server.start();
    await expect.poll(() => writer.append(SNAPSHOT).catch(() => null), { timeout: 10_000 }).not.toBeNull();
    const viewer = await untilRead(turn);
    await writer.append(DONE);
    await viewer.over;
    expect(viewer.entries.at(-1)?.event).toEqual(DONE);
  });

  test('carries messages between replicas', async () => {
    const heard: unknown[] = [];
    const stop = other.peers.listen((message) => heard.push(message));
    const message = { type: 'cancel' as const, turnId: newId('turn'), responseIds: [newId('response')] };
    await one.peers.tell(message);
    await expect.poll(() => heard).toContainEqual(message);
    stop();
  });

  /** A viewer that has read something. Right after an outage the first tries may find nothing. */
  async function untilRead(turn: TurnId, after?: string) {
    for (;;) {
      const viewer = watch(other.feed, turn, after);
      await Promise.race([viewer.over, expect.poll(() => viewer.entries.length).toBeGreaterThan(0)]);
      if (viewer.entries.length > 0) return viewer;
      await delay(20);
    }
  }
});

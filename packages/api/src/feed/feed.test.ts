import { once } from 'node:events';
import type { Feed, FeedEntry, FeedWriter } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';
import { newId } from '@aideator/contract/ids';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { redisBinary, startRedisServer } from '../testing/redis-server.ts';
import { silentLog } from '../testing/silent-log.ts';
import { createMemoryFeed } from './memory-feed.ts';
import { openRedis } from './redis-connections.ts';
import { createRedisFeed } from './redis-feed.ts';

const SNAPSHOT: TurnEvent = { type: 'snapshot', responses: [] };
const FRAME: TurnEvent = { type: 'frame', patches: [] };
const DONE: TurnEvent = { type: 'done' };
const signal = () => new AbortController().signal;

async function readAll(batches: AsyncIterable<FeedEntry[]>): Promise<string[]> {
  const ids: string[] = [];
  for await (const batch of batches) ids.push(...batch.map(({ id, event }) => `${id} ${event.type}`));
  return ids;
}

async function appendAll(writer: FeedWriter, events: readonly TurnEvent[]): Promise<void> {
  for (const event of events) await writer.append(event);
}

interface MadeFeed extends AsyncDisposable {
  feed: Feed;
}

const makers: [string, boolean, () => Promise<MadeFeed>][] = [
  [
    'in memory',
    true,
    async () => {
      const feed = createMemoryFeed();
      return { feed, [Symbol.asyncDispose]: () => feed.close() };
    },
  ],
  [
    'in Redis',
    redisBinary !== undefined,
    async () => {
      const server = await startRedisServer();
      const redis = openRedis(server.url, silentLog);
      await once(redis.commands, 'ready');
      const { feed } = createRedisFeed({ redis, log: silentLog });
      return {
        feed,
        [Symbol.asyncDispose]: async () => {
          await feed.close();
          await server[Symbol.asyncDispose]();
        },
      };
    },
  ],
];

for (const [where, isThere, make] of makers) {
  describe.runIf(isThere)(`a feed ${where}`, () => {
    let made: MadeFeed;
    let feed: Feed;
    beforeAll(async () => {
      made = await make();
      feed = made.feed;
    });
    afterAll(() => made[Symbol.asyncDispose]());

    test('returns the newest snapshot, then every entry up to done, and ends', async () => {
      const turn = newId('turn');
      const writer = await feed.open(turn, 1);
      await appendAll(writer, [SNAPSHOT, FRAME, SNAPSHOT, FRAME]);
      const reading = readAll(feed.read(turn, { signal: signal() }));
      await appendAll(writer, [FRAME, DONE]);
      expect(await reading).toEqual(['1-2 snapshot', '1-3 frame', '1-4 frame', '1-5 done']);
    });

    test('delivers new entries to every waiting reader', async () => {
      const turn = newId('turn');
      const writer = await feed.open(turn, 1);
      await writer.append(SNAPSHOT);
      const seen: string[] = [];
      const { promise: isWaiting, resolve } = Promise.withResolvers<void>();
      const reading = (async () => {
        for await (const batch of feed.read(turn, { signal: signal() })) {
          seen.push(...batch.map(({ id }) => id));
          resolve();
        }
      })();
      await isWaiting;
      const second = readAll(feed.read(turn, { signal: signal() }));
      await writer.append(FRAME);
      await expect.poll(() => seen).toEqual(['1-0', '1-1']);
      await writer.append(DONE);
      await reading;
      expect(seen).toEqual(['1-0', '1-1', '1-2']);
      expect((await second).at(-1)).toBe('1-2 done');
    });

    test('continues exactly after an id that it holds', async () => {
      const turn = newId('turn');
      const writer = await feed.open(turn, 1);
      await appendAll(writer, [SNAPSHOT, FRAME, FRAME]);
      const reading = readAll(feed.read(turn, { after: '1-1', signal: signal() }));
      await writer.append(DONE);
      expect(await reading).toEqual(['1-2 frame', '1-3 done']);
    });

    test('waits for an id that the reader saw elsewhere before it arrived here', async () => {
      const turn = newId('turn');
      const writer = await feed.open(turn, 1);
      await appendAll(writer, [SNAPSHOT, FRAME]);
      const reading = readAll(feed.read(turn, { after: '1-3', signal: signal() }));
      await appendAll(writer, [FRAME, FRAME, FRAME, DONE]);
      expect(await reading).toEqual(['1-4 frame', '1-5 done']);
    });

    test('starts at the newest snapshot when the id is malformed or no longer held', async () => {
      const turn = newId('turn');
      const writer = await feed.open(turn, 1);
      for (let i = 0; i < 200; i += 1) await appendAll(writer, [SNAPSHOT, FRAME, FRAME]);
      for (const after of ['1-1', '7-7', "1-1'; --", '']) {
        const abort = new AbortController();
        for await (const batch of feed.read(turn, { after, signal: abort.signal })) {
          expect(batch.map(({ id }) => id)).toEqual(['1-597', '1-598', '1-599']);
          break;
        }
      }
      await writer.append(DONE);
    });

    test('refuses the older of two collectors at once, and readers continue with the newer', async () => {
      const turn = newId('turn');
      const older = await feed.open(turn, 1);
      await older.append(SNAPSHOT);
      const reading = readAll(feed.read(turn, { signal: signal() }));
      const newer = await feed.open(turn, 2);
      await expect(older.append(FRAME)).rejects.toMatchObject({ code: 'conflict' });
      await expect(older.append(SNAPSHOT)).rejects.toMatchObject({ code: 'conflict' });
      await expect(older.touch()).rejects.toMatchObject({ code: 'conflict' });
      await expect(feed.open(turn, 2)).rejects.toMatchObject({ code: 'conflict' });
      await expect(feed.open(turn, 1)).rejects.toMatchObject({ code: 'conflict' });
      await appendAll(newer, [SNAPSHOT, DONE]);
      expect((await reading).slice(-2)).toEqual(['2-0 snapshot', '2-1 done']);
    });

    test('returns an empty batch to a reader when nothing arrived in time', async () => {
      const turn = newId('turn');
      const writer = await feed.open(turn, 1);
      await writer.append(SNAPSHOT);
      const sizes: number[] = [];
      for await (const batch of feed.read(turn, { idleMs: 5, signal: signal() })) {
        sizes.push(batch.length);
        if (sizes.length === 3) break;
      }
      expect(sizes).toEqual([1, 0, 0]);
      await writer.append(DONE);
    });

    test('does not wait for a slow reader, which continues from the newest snapshot', async () => {
      const turn = newId('turn');
      const writer = await feed.open(turn, 1);
      await writer.append(SNAPSHOT);
      const reader = feed.read(turn, { signal: signal() })[Symbol.asyncIterator]();
      expect((await reader.next()).value).toHaveLength(1);
      for (let i = 0; i < 300; i += 1) await appendAll(writer, [FRAME, FRAME, SNAPSHOT]);
      await writer.append(FRAME);
      const seen = [];
      while (seen.at(-1) !== '1-901') {
        const { value } = await reader.next();
        seen.push(...(value ?? []).map(({ id }: FeedEntry) => id));
      }
      expect(seen.length).toBeLessThan(20);
      await writer.append(DONE);
      await reader.return?.();
    });

    test('ends a reader that is aborted', async () => {
      const turn = newId('turn');
      const writer = await feed.open(turn, 1);
      await writer.append(SNAPSHOT);
      const abort = new AbortController();
      const reading = readAll(feed.read(turn, { signal: abort.signal }));
      abort.abort();
      expect((await reading).length).toBeLessThanOrEqual(1);
      await writer.append(DONE);
    });

    test('returns nothing for a turn that was never opened', async () => {
      expect(await readAll(feed.read(newId('turn'), { signal: signal() }))).toEqual([]);
    });
  });
}

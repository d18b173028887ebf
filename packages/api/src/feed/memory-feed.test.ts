import type { FeedEntry } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';
import { describe, expect, test } from 'vitest';
import { createMemoryFeed } from './memory-feed.ts';

const TURN = 'trn_1';
const SNAPSHOT: TurnEvent = { type: 'snapshot', responses: [] };
const FRAME: TurnEvent = { type: 'frame', patches: [] };
const DONE: TurnEvent = { type: 'done' };
const signal = () => new AbortController().signal;

async function readAll(batches: AsyncIterable<FeedEntry[]>): Promise<string[]> {
  const ids: string[] = [];
  for await (const batch of batches) ids.push(...batch.map(({ id, event }) => `${id} ${event.type}`));
  return ids;
}

describe('the feed in memory', () => {
  test('gives a reader the newest snapshot, then everything up to done, and ends', async () => {
    const feed = createMemoryFeed();
    await feed.open(TURN, 1);
    for (const event of [SNAPSHOT, FRAME, SNAPSHOT, FRAME]) await feed.append(TURN, 1, event);
    const reading = readAll(feed.read(TURN, { signal: signal() }));
    await feed.append(TURN, 1, FRAME);
    await feed.append(TURN, 1, DONE);
    expect(await reading).toEqual(['1-2 snapshot', '1-3 frame', '1-4 frame', '1-5 done']);
    expect(await feed.has(TURN)).toBe(false);
  });

  test('goes on exactly after an id that it holds', async () => {
    const feed = createMemoryFeed();
    await feed.open(TURN, 1);
    for (const event of [SNAPSHOT, FRAME, FRAME]) await feed.append(TURN, 1, event);
    const reading = readAll(feed.read(TURN, { after: '1-1', signal: signal() }));
    await feed.append(TURN, 1, DONE);
    expect(await reading).toEqual(['1-2 frame', '1-3 done']);
  });

  test('holds no more than two snapshots back', async () => {
    const feed = createMemoryFeed();
    await feed.open(TURN, 1);
    for (let i = 0; i < 50; i += 1)
      for (const event of [SNAPSHOT, FRAME, FRAME]) await feed.append(TURN, 1, event);
    const reading = readAll(feed.read(TURN, { after: '1-1', signal: signal() }));
    await feed.append(TURN, 1, DONE);
    // The id is gone: the reader starts at the newest snapshot.
    expect((await reading)[0]).toBe('1-147 snapshot');
  });

  test('refuses the older of two collectors, and its readers go on with the newer', async () => {
    const feed = createMemoryFeed();
    await feed.open(TURN, 1);
    await feed.append(TURN, 1, SNAPSHOT);
    const reading = readAll(feed.read(TURN, { signal: signal() }));
    await feed.open(TURN, 2);
    await expect(feed.append(TURN, 1, FRAME)).rejects.toMatchObject({ code: 'conflict' });
    await expect(feed.open(TURN, 2)).rejects.toMatchObject({ code: 'conflict' });
    await feed.append(TURN, 2, SNAPSHOT);
    await feed.append(TURN, 2, DONE);
    expect(await reading).toEqual(['1-0 snapshot', '2-0 snapshot', '2-1 done']);
  });

  test('lets go of a reader that is aborted', async () => {
    const feed = createMemoryFeed();
    await feed.open(TURN, 1);
    await feed.append(TURN, 1, SNAPSHOT);
    const abort = new AbortController();
    const reading = readAll(feed.read(TURN, { signal: abort.signal }));
    abort.abort();
    expect(await reading).toEqual(['1-0 snapshot']);
  });
});

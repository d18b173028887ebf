import type { FeedWriter } from '@aideator/contract/feed';
import { FRAME_INTERVAL_MS } from '@aideator/contract/limits';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryFeed } from '../feed/memory-feed.ts';
import { silentLog } from '../testing/silent-log.ts';
import { FrameWriter } from './frame-writer.ts';

const TURN_ID = 'trn_1';

/** A feed that tells what is asked of it, in order; a touch takes as long as the test says. */
async function watchedFeed() {
  const asked: string[] = [];
  const touched = Promise.withResolvers<void>();
  const writer = await createMemoryFeed().open(TURN_ID, 1);
  const feed: FeedWriter = {
    append(event) {
      asked.push(event.type);
      return writer.append(event);
    },
    async touch() {
      asked.push('touch');
      await touched.promise;
      await writer.touch();
    },
  };
  return { asked, touched, feed };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('one thing at a time is asked of the feed: a frame that is due while a touch is under way comes after it', async () => {
  const { asked, touched, feed } = await watchedFeed();
  const writer = new FrameWriter({
    feed,
    turnId: TURN_ID,
    log: silentLog,
    snapshot: () => [],
    isStillOurs: async () => true,
    onFenced: () => undefined,
  });
  await writer.open();
  writer.add({ responseId: 'rsp_1', text: 'a' });
  await vi.advanceTimersByTimeAsync(FRAME_INTERVAL_MS);
  writer.add({ responseId: 'rsp_1', text: 'b' });
  const touching = writer.touch();
  await vi.advanceTimersByTimeAsync(2 * FRAME_INTERVAL_MS);
  expect(asked).toEqual(['snapshot', 'frame', 'touch']);
  touched.resolve();
  await touching;
  await vi.advanceTimersByTimeAsync(FRAME_INTERVAL_MS);
  expect(asked).toEqual(['snapshot', 'frame', 'touch', 'frame']);
});

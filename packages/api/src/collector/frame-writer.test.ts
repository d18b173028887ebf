import type { FeedId, FeedWriter } from '@aideator/contract/feed';
import type { TurnEvent } from '@aideator/contract/frames';
import { FRAME_INTERVAL_MS } from '@aideator/contract/limits';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../testing/silent-log.ts';
import { FrameWriter } from './frame-writer.ts';

/** Tells what is asked of it, in order; a touch takes as long as the test says. */
function recordingFeed() {
  const asked: string[] = [];
  const touched = Promise.withResolvers<void>();
  const feed: FeedWriter = {
    async append(event: TurnEvent): Promise<FeedId> {
      asked.push(event.type);
      return `1-${asked.length}`;
    },
    async touch() {
      asked.push('touch');
      await touched.promise;
    },
  };
  return { asked, touched, feed };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('one thing at a time is asked of the feed: a frame that is due while a touch is under way comes after it', async () => {
  const { asked, touched, feed } = recordingFeed();
  const writer = new FrameWriter({
    feed,
    turnId: 'turn_1',
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

import type { FeedWriter } from '@aideator/contract/feed';
import type { ResponseState, TurnEvent } from '@aideator/contract/frames';
import { FRAME_INTERVAL_MS } from '@aideator/contract/limits';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryFeed } from '../feed/memory-feed.ts';
import { silentLog } from '../testing/silent-log.ts';
import { FRAMES_PER_SNAPSHOT, FrameWriter, type FrameWriterOptions } from './frame-writer.ts';

const TURN_ID = 'trn_1';

/** A feed that records its calls in order. The test decides how long a touch takes. */
async function watchedFeed() {
  const asked: string[] = [];
  const events: TurnEvent[] = [];
  const touched = Promise.withResolvers<void>();
  const writer = await createMemoryFeed().open(TURN_ID, 1);
  const feed: FeedWriter = {
    append(event) {
      asked.push(event.type);
      events.push(event);
      return writer.append(event);
    },
    async touch() {
      asked.push('touch');
      await touched.promise;
      await writer.touch();
    },
  };
  return { asked, events, touched, feed };
}

function writerTo(feed: FeedWriter, more: Partial<FrameWriterOptions> = {}): FrameWriter {
  return new FrameWriter({
    feed,
    turnId: TURN_ID,
    log: silentLog,
    snapshot: () => [],
    isStillOurs: async () => true,
    onFenced: () => undefined,
    ...more,
  });
}

const state = (text: string): ResponseState => ({
  responseId: 'rsp_1',
  position: 0,
  attempt: 1,
  status: 'streaming',
  text,
  reasoning: '',
});

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('calls the feed one at a time: a frame that is due during a touch is sent after it', async () => {
  const { asked, touched, feed } = await watchedFeed();
  const writer = writerTo(feed);
  await writer.open();
  writer.add({ responseId: 'rsp_1', appendText: 'a' });
  await vi.advanceTimersByTimeAsync(FRAME_INTERVAL_MS);
  writer.add({ responseId: 'rsp_1', appendText: 'b' });
  const touching = writer.touch();
  await vi.advanceTimersByTimeAsync(2 * FRAME_INTERVAL_MS);
  expect(asked).toEqual(['snapshot', 'frame', 'touch']);
  touched.resolve();
  await touching;
  await vi.advanceTimersByTimeAsync(FRAME_INTERVAL_MS);
  expect(asked).toEqual(['snapshot', 'frame', 'touch', 'frame']);
});

test('appends a snapshot every 512 frames that holds exactly the frames before it', async () => {
  const { events, feed } = await watchedFeed();
  let text = '';
  const slow: FeedWriter = {
    async append(event) {
      const id = await feed.append(event);
      // More text arrives while the frame is being appended.
      text += '+';
      return id;
    },
    touch: () => feed.touch(),
  };
  const writer = writerTo(slow, { snapshot: () => [state(text)] });
  await writer.open();
  for (let i = 0; i < 2 * FRAMES_PER_SNAPSHOT; i += 1) {
    text += 'x';
    writer.add({ responseId: 'rsp_1', appendText: 'x' });
    await vi.advanceTimersByTimeAsync(FRAME_INTERVAL_MS);
  }
  const places = events.flatMap(({ type }, i) => (type === 'snapshot' ? [i] : []));
  expect(places).toEqual([0, FRAMES_PER_SNAPSHOT + 1, 2 * (FRAMES_PER_SNAPSHOT + 1)]);
  const second = events[FRAMES_PER_SNAPSHOT + 1];
  const shown = second?.type === 'snapshot' ? (second.responses[0]?.text ?? '') : '';
  expect(shown.replaceAll('+', '')).toHaveLength(FRAMES_PER_SNAPSHOT);
  // One plus sign for each append before it: the snapshot and all frames but the last.
  expect(shown.replaceAll('x', '')).toHaveLength(FRAMES_PER_SNAPSHOT);
});

test('sends nothing after it was fenced, and reports it once', async () => {
  const feed = createMemoryFeed();
  const older = await feed.open(TURN_ID, 1);
  const onFenced = vi.fn();
  const writer = writerTo(older, { onFenced });
  await writer.open();
  await (await feed.open(TURN_ID, 2)).append({ type: 'snapshot', responses: [] });
  for (let i = 0; i < 3; i += 1) {
    writer.add({ responseId: 'rsp_1', appendText: 'a' });
    await vi.advanceTimersByTimeAsync(FRAME_INTERVAL_MS);
  }
  await writer.finish();
  expect(onFenced).toHaveBeenCalledOnce();
});

test('holds no timer after it was stopped', async () => {
  const { feed } = await watchedFeed();
  const writer = writerTo(feed);
  await writer.open();
  writer.add({ responseId: 'rsp_1', appendText: 'a' });
  writer.add({ responseId: 'rsp_1', appendText: 'b' });
  expect(vi.getTimerCount()).toBe(1);
  writer.stop();
  expect(vi.getTimerCount()).toBe(0);
  writer.add({ responseId: 'rsp_1', appendText: 'c' });
  expect(vi.getTimerCount()).toBe(0);
});

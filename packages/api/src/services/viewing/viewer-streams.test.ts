import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createViewerStreams } from './viewer-streams.ts';

const never = () => new AbortController().signal;

describe('the streams of one person', () => {
  test('are ended by newer ones beyond the limit, the oldest first; streams of other people stay open', () => {
    const streams = createViewerStreams(2);
    const other = streams.open('usr_bob', never());
    const own = [1, 2, 3, 4].map(() => streams.open('usr_ann', never()));
    expect(own.map(({ gaveWay }) => gaveWay)).toEqual([true, true, false, false]);
    expect(own.map(({ signal }) => signal.aborted)).toEqual([true, true, false, false]);
    expect(other.gaveWay).toBe(false);
    expect(streams.size).toBe(3);
  });

  test('that were closed do not count', () => {
    const streams = createViewerStreams(2);
    const [first, second] = [streams.open('usr_ann', never()), streams.open('usr_ann', never())];
    second.close();
    second.close();
    streams.open('usr_ann', never());
    expect(first.gaveWay).toBe(false);
    expect(streams.size).toBe(2);
  });

  test('end with their viewers', () => {
    const left = new AbortController();
    const stream = createViewerStreams(2).open('usr_ann', left.signal);
    left.abort();
    expect(stream.signal.aborted).toBe(true);
    expect(stream.gaveWay).toBe(false);
  });
});

describe('the pace', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('delays nothing while there are few streams', async () => {
    const stream = createViewerStreams(32).open('usr_ann', never());
    for (let i = 0; i < 3; i += 1) {
      expect(await Promise.race([stream.pace().then(() => 'sent'), delay(200, 'held up')])).toBe('sent');
    }
  });

  test('slows every stream down while there are many, and a wait ends with its stream', async () => {
    const streams = createViewerStreams(10_000);
    const all = Array.from({ length: 5_000 }, () => streams.open('usr_ann', never()));
    const [stream] = all;
    await stream?.pace();
    const pacing = stream?.pace().then(() => 'sent');
    expect(await Promise.race([pacing, delay(50, 'held up')])).toBe('held up');
    stream?.close();
    expect(await pacing).toBe('sent');
  });
});

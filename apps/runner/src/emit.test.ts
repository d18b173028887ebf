import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { newId } from '@aideator/contract/ids';
import type { RunEvent } from '@aideator/contract/run-event';
import { expect, test, vi } from 'vitest';
import { Emitter, type EmitterOptions } from './emit.ts';
import { readLines, textOf, typesOf } from './testing/harness.ts';

const RUN = { runId: newId('run'), attempt: 1 };
const SHA = 'a'.repeat(64);
const CANCELLED = { type: 'cancelled', recorded: false, timings: { totalMs: 1 }, textSha256: SHA } as const;

function open(options: Partial<EmitterOptions> = {}) {
  const out = new PassThrough({ highWaterMark: 1024 * 1024 });
  const emitter = new Emitter({ out, ...RUN, ...options });
  const read = (): RunEvent[] => {
    const events = readLines(output());
    return events;
  };
  let text = '';
  const output = (): string => {
    text += String(out.read() ?? '');
    return text;
  };
  return { out, emitter, read };
}

test('text of one batch is one line, and text after a pause is printed at once', () => {
  const { emitter, read } = open({ batchMs: 60_000 });
  emitter.delta({ text: 'first' });
  for (const word of ['a', 'b', 'c']) emitter.delta({ text: word });
  expect(read().map((event) => event.type === 'delta' && event.text)).toEqual(['first']);
  emitter.event(CANCELLED);
  expect(read().map((event) => event.type === 'delta' && event.text)).toEqual(['first', 'abc', false]);
});

test('batched text is printed after the batch time when nothing follows', async () => {
  const { out, emitter, read } = open({ batchMs: 20 });
  emitter.delta({ text: 'a' });
  emitter.delta({ text: 'b' });
  while (textOf(read()) !== 'ab') await once(out, 'readable');
});

test('batched text is printed when it reaches the batch size', () => {
  const { emitter, read } = open({ batchMs: 60_000, batchBytes: 10 });
  emitter.delta({ text: 'x' });
  emitter.delta({ text: '123456789' });
  expect(textOf(read())).toBe('x');
  emitter.delta({ reasoning: '0' });
  expect(textOf(read())).toBe('x123456789');
});

test('lines stay below the limit when JSON makes their text or reasoning six times longer', () => {
  const { emitter, read } = open();
  const text = '\u0001"漢😀'.repeat(10_000);
  emitter.delta({ reasoning: text });
  emitter.delta({ text });
  emitter.event(CANCELLED);
  expect(textOf(read())).toBe(text);
});

test('the longest detail fits into a line', () => {
  const { emitter, read } = open();
  emitter.event({ type: 'started', model: '"\u0001'.repeat(200) });
  emitter.fail({ code: 'gateway_error', detail: '漢'.repeat(2_000) });
  expect(typesOf(read())).toBe('started failed');
});

test('a heartbeat is printed after 15 s without a line, and none after the end', () => {
  vi.useFakeTimers();
  try {
    const { emitter, read } = open();
    vi.advanceTimersByTime(60_000);
    expect(read()).toEqual([]);
    emitter.event({ type: 'started', model: 'm' });
    vi.advanceTimersByTime(14_000);
    emitter.delta({ text: 'a' });
    vi.advanceTimersByTime(14_999);
    expect(typesOf(read())).toBe('started delta');
    vi.advanceTimersByTime(1);
    expect(typesOf(read())).toBe('started delta heartbeat');
    vi.advanceTimersByTime(30_000);
    emitter.event(CANCELLED);
    vi.advanceTimersByTime(60_000);
    expect(read().map((event) => event.type)).toEqual([
      'started',
      'delta',
      'heartbeat',
      'heartbeat',
      'heartbeat',
      'cancelled',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('heartbeats do not pile up for a reader that does not read', () => {
  vi.useFakeTimers();
  try {
    const out = new PassThrough({ highWaterMark: 200 });
    const emitter = new Emitter({ out, ...RUN });
    emitter.event({ type: 'started', model: 'm'.repeat(200) });
    vi.advanceTimersByTime(600_000);
    expect(typesOf(readLines(String(out.read())))).toBe('started');
    vi.advanceTimersByTime(15_000);
    expect(typesOf(readLines(String(out.read()).replace('"seq":1', '"seq":0')))).toBe('heartbeat');
    emitter.event(CANCELLED);
  } finally {
    vi.useRealTimers();
  }
});

test('nothing is printed after a terminal event', () => {
  const { emitter, read } = open();
  emitter.event(CANCELLED);
  emitter.delta({ text: 'late' });
  emitter.event(CANCELLED);
  emitter.event({ type: 'started', model: 'late' });
  emitter.fail({ code: 'internal' });
  expect(read().map(({ type }) => type)).toEqual(['cancelled']);
});

test('ready waits for a slow reader and ends with an abort', async () => {
  const out = new PassThrough({ highWaterMark: 10 });
  const emitter = new Emitter({ out, ...RUN });
  emitter.delta({ text: 'x'.repeat(5_000) });
  let ready = false;
  const waiting = emitter.ready(new AbortController().signal).then(() => {
    ready = true;
  });
  await new Promise(setImmediate);
  expect(ready).toBe(false);
  out.resume();
  await waiting;
  out.pause();
  emitter.delta({ text: 'x'.repeat(5_000) });
  emitter.event(CANCELLED);
  await emitter.ready(AbortSignal.abort());
});

test('ready and close return when the reader is gone', async () => {
  const out = new Writable({
    write: (_, __, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
  });
  const emitter = new Emitter({ out, ...RUN });
  emitter.delta({ text: 'x' });
  await new Promise((resolve) => out.once('close', resolve));
  emitter.delta({ text: 'y'.repeat(5_000) });
  await emitter.ready(new AbortController().signal);
  emitter.event(CANCELLED);
  await emitter.close();
});

test('close waits until the last line has left, for at most 2 s', async () => {
  const stuck = (): { out: Writable; release: () => void } => {
    let release = (): void => {};
    const out = new Writable({
      write: (_, __, done) => {
        release = done;
      },
      final: (done) => done(),
    });
    return { out, release: () => release() };
  };
  const one = stuck();
  const emitter = new Emitter({ out: one.out, ...RUN });
  emitter.event(CANCELLED);
  let isClosed = false;
  const closing = emitter.close().then(() => {
    isClosed = true;
  });
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  one.release();
  await new Promise(setImmediate);
  one.release();
  await closing;

  vi.useFakeTimers();
  try {
    const other = new Emitter({ out: stuck().out, ...RUN });
    other.event(CANCELLED);
    const ended = other.close();
    await vi.advanceTimersByTimeAsync(2_000);
    await ended;
  } finally {
    vi.useRealTimers();
  }
});

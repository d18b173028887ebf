import { expect, test } from 'vitest';
import { LineLog } from './line-log.ts';

test('lines without text count too, so that a runner that prints only line feeds is bounded', () => {
  const log = new LineLog(1_000);
  const kept = Array.from({ length: 100 }, () => log.append('')).filter(Boolean);
  expect(kept.length).toBeLessThan(50);
});

test('a line that comes after the exit is dropped', async () => {
  const log = new LineLog(1_000);
  log.append('first');
  log.end({ type: 'exit', exitCode: 0 });
  expect(log.append('late')).toBe(true);
  const events: unknown[] = [];
  for await (const event of log.follow(new AbortController().signal)) events.push(event);
  expect(events).toEqual([
    { type: 'line', line: 'first' },
    { type: 'exit', exitCode: 0 },
  ]);
});

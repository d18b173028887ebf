import { expect, it } from 'vitest';
import { parseIntervalMs, untilNextParseMs } from './parse-interval.ts';

it('is short for short answers and grows with their length, to a second', () => {
  expect(parseIntervalMs(10)).toBe(100);
  const intervals = [100, 5_000, 20_000, 60_000, 1_000_000].map(parseIntervalMs);
  expect(intervals).toEqual(intervals.toSorted((a, b) => a - b));
  expect(intervals.at(-1)).toBe(1_000);
});

it('gives every panel the same moments, whenever it asks', () => {
  expect(1_030 + untilNextParseMs(10, 1_030)).toBe(1_100);
  expect(1_099 + untilNextParseMs(5_000, 1_099)).toBe(1_100);
  expect(untilNextParseMs(10, 1_100)).toBe(100);
  expect((1_030 + untilNextParseMs(20_000, 1_030)) % 100).toBe(0);
});

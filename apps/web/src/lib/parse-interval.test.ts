import { expect, it } from 'vitest';
import { parseIntervalMs, untilNextParseMs } from './parse-interval.ts';

it('is short for short answers and grows with their length, to a second', () => {
  expect(parseIntervalMs(10)).toBe(100);
  const intervals = [100, 5_000, 20_000, 60_000, 1_000_000].map((characters) => parseIntervalMs(characters));
  expect(intervals).toEqual(intervals.toSorted((a, b) => a - b));
  expect(intervals.at(-1)).toBe(1_000);
});

it('returns the same moments for every panel, whenever it is called', () => {
  expect(1_030 + untilNextParseMs(10, 1_030)).toBe(1_100);
  expect(1_099 + untilNextParseMs(5_000, 1_099)).toBe(1_100);
  expect(untilNextParseMs(10, 1_100)).toBe(100);
  expect((1_030 + untilNextParseMs(20_000, 1_030)) % 100).toBe(0);
});

it('leaves four fifths of the time to the page when parsing takes long, up to 8 s', () => {
  expect(parseIntervalMs(10, 20)).toBe(100);
  expect(parseIntervalMs(10, 60)).toBe(400);
  for (const lastParseMs of [30, 75, 190, 500, 1_500])
    expect(parseIntervalMs(20_000, lastParseMs)).toBeGreaterThanOrEqual(5 * lastParseMs);
  expect(parseIntervalMs(200_000, 60_000)).toBe(8_000);
  expect((1_030 + untilNextParseMs(10, 1_030, 60)) % 400).toBe(0);
});

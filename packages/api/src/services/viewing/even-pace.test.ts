import type { LiveStatus } from '@aideator/contract/statuses';
import { expect, test } from 'vitest';
import { EvenPace } from './even-pace.ts';

const written = (chars: number[], over: readonly number[] = []) =>
  chars.map((length, i) => ({
    responseId: `rsp_${i}` as const,
    attempt: 1,
    status: (over.includes(i) ? 'completed' : 'streaming') as LiveStatus,
    text: 'x'.repeat(length),
  }));

test('nothing is shown until every answer has begun', () => {
  const pace = new EvenPace();
  expect(pace.advance(written([5_000, 0]), 0)).toBe(0);
  expect(pace.advance(written([6_000, 10]), 1_000)).toBe(10);
});

test('every answer grows as the slowest does', () => {
  const pace = new EvenPace();
  pace.advance(written([900, 10]), 0);
  expect(pace.advance(written([2_000, 110]), 1_000)).toBe(110);
  expect(pace.advance(written([3_000, 210]), 2_000)).toBe(210);
});

test('the rest of a fast answer keeps the pace of the slowest after that one is over', () => {
  const pace = new EvenPace();
  pace.advance(written([1_000, 0, 10]), 0);
  pace.advance(written([1_000, 500, 10]), 0);
  pace.advance(written([3_000, 700, 110]), 1_000);
  pace.advance(written([3_000, 900, 110], [0, 2]), 1_100);
  const later = pace.advance(written([3_000, 2_000, 110], [0, 2]), 3_000);
  expect(later).toBeGreaterThan(250);
  expect(later).toBeLessThanOrEqual(310);
  expect(pace.advance(written([3_000, 2_000, 110], [0, 1, 2]), 3_100)).toBeLessThanOrEqual(320);
});

test('it never goes back, not even when text turns out to be thoughts', () => {
  const pace = new EvenPace();
  pace.advance(written([100, 100]), 0);
  expect(pace.advance(written([0, 300]), 1_000)).toBe(100);
});

test('a viewer who comes when all are over sees everything', () => {
  expect(new EvenPace().advance(written([10, 20], [0, 1]), 0)).toBe(Number.POSITIVE_INFINITY);
});

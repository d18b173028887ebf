import { expect, test } from 'vitest';
import { ballotSchema, circumstancesSchema, reasonsSchema } from './ballot-schema.ts';
import { verdictOf } from './ballots.ts';
import { WIDTH_CLASSES, widthClassOf } from './circumstances.ts';
import { newId } from './ids.ts';
import { MODELS_PER_TURN_MAX } from './limits.ts';
import { REASONS, WORST_REASONS } from './reasons.ts';

const ids = Array.from({ length: MODELS_PER_TURN_MAX }, () => newId('response'));
const [a, b, c] = ids as [(typeof ids)[0], (typeof ids)[0], (typeof ids)[0]];
const isBallot = (tiers: string[][], worst: string | null = null) =>
  ballotSchema.safeParse({ tiers, worst }).success;

test('the first tier alone decides the verdict', () => {
  expect(verdictOf({ tiers: [[a], [b, c]] })).toBe('response');
  expect(verdictOf({ tiers: [[a, b], [c]] })).toBe('tie');
  expect(verdictOf({ tiers: [] })).toBe('none');
});

test('a ballot names each response at most once and has no empty tier', () => {
  expect(isBallot([[a, b], [c]])).toBe(true);
  expect(isBallot([[a, b], [a]])).toBe(false);
  expect(isBallot([[a, a]])).toBe(false);
  expect(isBallot([[a], []])).toBe(false);
  expect(isBallot([[a]], b)).toBe(true);
  expect(isBallot([[a], [b]], b)).toBe(false);
});

test('a worst response can be named without a best one', () => {
  expect(isBallot([], a)).toBe(true);
  expect(isBallot([])).toBe(true);
});

test('a ballot names at most as many responses as a turn can have', () => {
  expect(isBallot([ids])).toBe(true);
  expect(isBallot([ids], newId('response'))).toBe(false);
  expect(isBallot([['run_x']])).toBe(false);
});

test('every reason for the best has an opposite for the worst, and none is given twice', () => {
  expect(WORST_REASONS).toHaveLength(REASONS.length);
  expect(reasonsSchema.safeParse([...REASONS]).success).toBe(true);
  expect(reasonsSchema.safeParse(['clearer', 'clearer']).success).toBe(false);
  expect(reasonsSchema.safeParse(['nicer']).success).toBe(false);
});

test('circumstances show each response once and hold no negative time', () => {
  const seen = {
    panels: [{ responseId: a, attempt: 1, status: 'streaming' }],
    widthClass: 'wide',
    metricsVisible: true,
    msSinceFirstAnswer: null,
    decidedMsAgo: 0,
  };
  const isValid = (more: object) => circumstancesSchema.safeParse({ ...seen, ...more }).success;
  expect(isValid({})).toBe(true);
  expect(isValid({ panels: [...seen.panels, ...seen.panels] })).toBe(false);
  expect(isValid({ panels: [] })).toBe(false);
  expect(isValid({ decidedMsAgo: -1 })).toBe(false);
  expect(isValid({ msSinceFirstAnswer: 2 ** 31 })).toBe(false);
});

test('the width of a window has one class', () => {
  expect([0, 639, 640, 1_199, 1_200].map(widthClassOf)).toEqual([
    WIDTH_CLASSES[0],
    WIDTH_CLASSES[0],
    WIDTH_CLASSES[1],
    WIDTH_CLASSES[1],
    WIDTH_CLASSES[2],
  ]);
});

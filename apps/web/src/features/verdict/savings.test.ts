import { expect, it } from 'vitest';
import { estimatedSavings, estimatedTokens } from './savings.ts';

const stopped = { writtenTokens: 100, writingMs: 2_000, usdPerMillion: 5 };

it('expects the length of the whole answers in the median, at the speed and the price of the stopped one', () => {
  const whole = [{ outputTokens: 200 }, { outputTokens: 300 }, { outputTokens: 9_000 }];
  expect(estimatedSavings(whole, [stopped])).toEqual({ tokens: 200, costUsd: 0.001, ms: 4_000 });
});

it('adds tokens and costs of several, and takes the time of the slowest', () => {
  const slow = { writtenTokens: 50, writingMs: 5_000, usdPerMillion: 10 };
  const saved = estimatedSavings([{ outputTokens: 100 }, { outputTokens: 300 }], [stopped, slow]);
  expect(saved).toEqual({ tokens: 250, costUsd: 0.002, ms: 15_000 });
});

it('names no cost if a price is not known, and no time if none has begun', () => {
  const waiting = { writtenTokens: 0, writingMs: 0, usdPerMillion: undefined };
  expect(estimatedSavings([{ outputTokens: 100 }], [waiting])).toEqual({
    tokens: 100,
    costUsd: undefined,
    ms: undefined,
  });
});

it('is nothing without a whole answer to compare with, and for answers that are longer already', () => {
  expect(estimatedSavings([], [stopped])).toBeUndefined();
  expect(estimatedSavings([{ outputTokens: 80 }], [stopped])).toBeUndefined();
});

it('counts about four characters as a token', () => {
  expect(estimatedTokens('')).toBe(0);
  expect(estimatedTokens('12345')).toBe(2);
});

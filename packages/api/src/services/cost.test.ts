import { expect, test } from 'vitest';
import { costUsd, worstCaseCostUsd } from './cost.ts';

const usage = (inputTokens: number, outputTokens: number) => ({ inputTokens, outputTokens });

test.each([
  [usage(1_000_000, 1_000_000), { inputUsdPerMillion: '2.5', outputUsdPerMillion: '10' }, '12.5'],
  [usage(1, 0), { inputUsdPerMillion: '0.15', outputUsdPerMillion: '0.6' }, '0.00000015'],
  [usage(3, 7), { inputUsdPerMillion: '0.1', outputUsdPerMillion: '0.2' }, '0.0000017'],
  [usage(10, 10), { inputUsdPerMillion: '0', outputUsdPerMillion: '0' }, '0'],
  [usage(1, 1), { inputUsdPerMillion: '0.0001', outputUsdPerMillion: '0.0004' }, '0.000000001'],
])('%j at %j costs %s USD, without float noise', (tokens, prices, expected) => {
  expect(costUsd(tokens, prices)).toBe(expected);
});

test('a price that is not known makes no cost, not zero', () => {
  expect(costUsd(usage(1, 1), { inputUsdPerMillion: '1' })).toBeUndefined();
});

test('the worst case is at least what the same text costs', () => {
  const prices = { inputUsdPerMillion: '3', outputUsdPerMillion: '15' };
  const worst = worstCaseCostUsd([{ content: 'four word prompt here' }], 1_000, prices);
  expect(Number(worst)).toBeGreaterThanOrEqual(Number(costUsd(usage(5, 1_000), prices)));
});

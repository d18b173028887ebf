import type { Prices } from '@aideator/contract/models';
import type { Usage } from '@aideator/contract/run-event';
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

test('the cost is unknown, not zero, when the price of input or output is unknown', () => {
  expect(costUsd(usage(1, 1), { inputUsdPerMillion: '1' })).toBeUndefined();
  expect(costUsd(usage(1, 1), { outputUsdPerMillion: '1', cacheReadUsdPerMillion: '1' })).toBeUndefined();
});

const PRICES = { inputUsdPerMillion: '1', outputUsdPerMillion: '4' };

interface Case {
  bills: string;
  tokens: Partial<Usage>;
  prices: Prices;
  usd: string;
}

const CASES: Case[] = [
  {
    bills: 'cached input at its own price',
    tokens: { cachedInputTokens: 9_000 },
    prices: { cacheReadUsdPerMillion: '0.1' },
    usd: '0.0023',
  },
  {
    bills: 'cached input without a price of its own as other input',
    tokens: { cachedInputTokens: 9_000 },
    prices: {},
    usd: '0.0104',
  },
  {
    bills: 'input written to the cache at its own price',
    tokens: { cacheWriteInputTokens: 4_000 },
    prices: { cacheWriteUsdPerMillion: '1.25' },
    usd: '0.0114',
  },
  {
    bills: 'reading from and writing to the cache in one call',
    tokens: { cachedInputTokens: 5_000, cacheWriteInputTokens: 4_000 },
    prices: { cacheReadUsdPerMillion: '0.1', cacheWriteUsdPerMillion: '1.25' },
    usd: '0.0069',
  },
  {
    bills: 'more cached tokens than input tokens as input that is all cached',
    tokens: { cachedInputTokens: 99_000, cacheWriteInputTokens: 99_000 },
    prices: { cacheReadUsdPerMillion: '0.1', cacheWriteUsdPerMillion: '9' },
    usd: '0.0014',
  },
  {
    bills: 'reasoning at its own price',
    tokens: { reasoningTokens: 60 },
    prices: { reasoningUsdPerMillion: '6' },
    usd: '0.01052',
  },
  {
    bills: 'reasoning without a price of its own as other output',
    tokens: { reasoningTokens: 60 },
    prices: {},
    usd: '0.0104',
  },
];

test.each(CASES)('10,000 input and 100 output tokens bill $bills', ({ tokens, prices, usd }) => {
  expect(costUsd({ ...usage(10_000, 100), ...tokens }, { ...PRICES, ...prices })).toBe(usd);
});

const LONG = {
  ...PRICES,
  cacheReadUsdPerMillion: '0.1',
  reasoningUsdPerMillion: '5',
  longInputPrices: [
    { aboveInputTokens: 128_000, inputUsdPerMillion: '2' },
    { aboveInputTokens: 200_000, inputUsdPerMillion: '3', outputUsdPerMillion: '8' },
  ],
};

test.each([
  ['up to the first limit', usage(128_000, 0), '0.128'],
  ['above the first limit', usage(128_001, 0), '0.256002'],
  ['above the second limit', usage(200_001, 0), '0.600003'],
  ['with output that keeps its price', usage(130_000, 1_000), '0.264'],
  ['with output that has a price of its own', usage(300_000, 1_000), '0.908'],
  ['with a cached part that keeps its price', { ...usage(130_000, 0), cachedInputTokens: 130_000 }, '0.013'],
  [
    'with reasoning, which long calls bill as output',
    { ...usage(300_000, 1_000), reasoningTokens: 1_000 },
    '0.908',
  ],
  [
    'with reasoning at its own price where output keeps its price',
    { ...usage(130_000, 1_000), reasoningTokens: 1_000 },
    '0.265',
  ],
])('a long input is billed by its size: %s', (_name, tokens, expected) => {
  expect(costUsd(tokens, LONG)).toBe(expected);
});

test('the worst case is at least the cost of the same text', () => {
  const prices = { inputUsdPerMillion: '3', outputUsdPerMillion: '15' };
  const worst = worstCaseCostUsd('four word prompt here'.length, 1_000, prices);
  expect(Number(worst)).toBeGreaterThanOrEqual(Number(costUsd(usage(5, 1_000), prices)));
});

test('the worst case assumes the most expensive kind of token and the prices for long input', () => {
  const prices = {
    ...PRICES,
    cacheWriteUsdPerMillion: '1.25',
    reasoningUsdPerMillion: '6',
    longInputPrices: [{ aboveInputTokens: 1_000, inputUsdPerMillion: '2' }],
  };
  const worst = (bytes: number) => worstCaseCostUsd(bytes, 1_000, prices);
  expect(worst(2_000)).toBe('0.00725');
  expect(worst(4_000)).toBe('0.01');
});

import { expect, test } from 'vitest';
import { outputTokensCap, outputTokensToReserve } from './output-limit.ts';

const short = 5;

test('a model may write as much as it can', () => {
  const model = { outputTokensMax: 16_384, contextTokens: 128_000 };
  expect(outputTokensCap(model, undefined, short)).toBe(16_384);
  expect(outputTokensToReserve(16_384, model)).toBe(16_384);
});

test('the operator’s cap also applies to models without a known limit', () => {
  expect(outputTokensCap({ outputTokensMax: 16_384 }, 4_096, short)).toBe(4_096);
  expect(outputTokensCap({ outputTokensMax: 1_024 }, 4_096, short)).toBe(1_024);
  expect(outputTokensCap({}, 4_096, short)).toBe(4_096);
});

test('a model without a known limit gets no cap, but a cost is reserved', () => {
  expect(outputTokensCap({}, undefined, short)).toBeUndefined();
  expect(outputTokensToReserve(undefined, {})).toBe(16_384);
  expect(outputTokensToReserve(undefined, { contextTokens: 8_192 })).toBe(8_192);
});

test('prompt and cap together fit the context window', () => {
  const model = { outputTokensMax: 32_768, contextTokens: 32_768 };
  const long = 20_000;
  expect(outputTokensCap(model, undefined, long)).toBe(32_768 - 10_000);
  const tooLong = 200_000;
  expect(outputTokensCap(model, undefined, tooLong)).toBe(1_024);
});

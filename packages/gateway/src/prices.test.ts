import { describe, expect, it } from 'vitest';
import { pricesOf, usdPerMillion } from './prices.ts';

describe('a price', () => {
  it.each([
    [2.5e-6, '2.5'],
    [1.5000000000000002e-7, '0.15'],
    [3.75e-8, '0.0375'],
    [1e-5, '10'],
    [0.000168, '168'],
    [1e-9, '0.001'],
    [0, '0'],
    [null, undefined],
  ])('of %s per token is %s per million, as exact decimal text', (perToken, text) => {
    expect(usdPerMillion(perToken)).toBe(text);
  });
});

describe('the prices of a model', () => {
  it('are those of input, output, reading from and writing to the cache, and reasoning', () => {
    const facts = {
      input_cost_per_token: 3e-6,
      output_cost_per_token: 1.5e-5,
      cache_read_input_token_cost: 3e-7,
      cache_creation_input_token_cost: 3.75e-6,
      output_cost_per_reasoning_token: 1.6e-5,
      input_cost_per_token_batches: 1e-6,
      cache_creation_input_token_cost_above_1hr: 6e-6,
    };
    expect(pricesOf(facts)).toEqual({
      inputUsdPerMillion: '3',
      outputUsdPerMillion: '15',
      cacheReadUsdPerMillion: '0.3',
      cacheWriteUsdPerMillion: '3.75',
      reasoningUsdPerMillion: '16',
    });
  });

  it('of calls with long input are those that have a limit in their name, the lowest first', () => {
    const facts = {
      input_cost_per_token: 1e-6,
      input_cost_per_token_above_200k_tokens: 3e-6,
      output_cost_per_token_above_200k_tokens: 2e-5,
      cache_read_input_token_cost_above_200k_tokens: 3e-7,
      input_cost_per_token_above_200k_tokens_priority: 9e-6,
      input_cost_per_token_above_128k_tokens: 2e-6,
      cache_creation_input_token_cost_above_1hr_above_200k_tokens: 9e-6,
    };
    expect(pricesOf(facts)).toEqual({
      inputUsdPerMillion: '1',
      longInputPrices: [
        { aboveInputTokens: 128_000, inputUsdPerMillion: '2' },
        {
          aboveInputTokens: 200_000,
          inputUsdPerMillion: '3',
          outputUsdPerMillion: '20',
          cacheReadUsdPerMillion: '0.3',
        },
      ],
    });
  });

  it('have the cache’s price under its older name too', () => {
    expect(pricesOf({ input_cost_per_token_cache_hit: 1.4e-7 })).toEqual({ cacheReadUsdPerMillion: '0.14' });
    const both = { input_cost_per_token_cache_hit: 1.4e-7, cache_read_input_token_cost: 2e-7 };
    expect(pricesOf(both)).toEqual({ cacheReadUsdPerMillion: '0.2' });
  });

  it('leave out values that are not prices', () => {
    const facts = {
      input_cost_per_token: null,
      output_cost_per_token: '3',
      cache_read_input_token_cost: -1,
      cache_creation_input_token_cost: Number.NaN,
      input_cost_per_token_above_200k_tokens: null,
    };
    expect(pricesOf(facts)).toEqual({});
  });
});

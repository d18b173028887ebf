import { usageSchema } from '@aideator/contract/run-event';
import { expect, test } from 'vitest';
import { readUsage } from './usage.ts';

const base = { prompt_tokens: 10, completion_tokens: 5 };

test.each([
  ['the plain counts', base, { inputTokens: 10, outputTokens: 5 }],
  [
    'counts as strings',
    { prompt_tokens: '10', completion_tokens: '5', total_tokens: '15' },
    { inputTokens: 10, outputTokens: 5 },
  ],
  [
    'OpenAI: cached input and reasoning inside the counts',
    {
      ...base,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 3 },
    },
    { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4, reasoningTokens: 3 },
  ],
  [
    'LiteLLM for Anthropic: tokens read from and written to the cache',
    {
      ...base,
      cache_read_input_tokens: 6,
      cache_creation_input_tokens: 2,
      prompt_tokens_details: { cached_tokens: 6, cache_creation_tokens: 2 },
    },
    { inputTokens: 10, outputTokens: 5, cachedInputTokens: 6, cacheWriteInputTokens: 2 },
  ],
  [
    'Anthropic: cached tokens outside `input_tokens`',
    { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 6, cache_creation_input_tokens: 2 },
    { inputTokens: 18, outputTokens: 5, cachedInputTokens: 6, cacheWriteInputTokens: 2 },
  ],
  [
    'cached tokens that exceed the input lie outside it, and the total does not turn them into output',
    { ...base, total_tokens: 9_015, prompt_tokens_details: { cached_tokens: 9_000 } },
    { inputTokens: 9_010, outputTokens: 5, cachedInputTokens: 9_000 },
  ],
  [
    'DeepSeek',
    { ...base, prompt_cache_hit_tokens: 7, prompt_cache_miss_tokens: 3 },
    { inputTokens: 10, outputTokens: 5, cachedInputTokens: 7 },
  ],
  [
    'reasoning outside the completion, as the total shows',
    { ...base, total_tokens: 1_015, completion_tokens_details: { reasoning_tokens: 1_000 } },
    { inputTokens: 10, outputTokens: 1_005, reasoningTokens: 1_000 },
  ],
  [
    'reasoning that only the total knows',
    { ...base, total_tokens: 1_015 },
    { inputTokens: 10, outputTokens: 1_005 },
  ],
  [
    'reasoning outside the completion without a total',
    { ...base, completion_tokens_details: { reasoning_tokens: 6 } },
    { inputTokens: 10, outputTokens: 11, reasoningTokens: 6 },
  ],
  [
    'a total that is too small changes nothing',
    { ...base, total_tokens: 3, completion_tokens_details: null, prompt_tokens_details: null },
    { inputTokens: 10, outputTokens: 5 },
  ],
])('%s', (_, given, expected) => {
  const usage = readUsage(given);
  expect(usage).toEqual({ ...expected, estimated: false });
  expect(usageSchema.parse(usage)).toEqual(usage);
});

test('an invalid part of the counts is left out', () => {
  const usage = readUsage({ ...base, prompt_tokens_details: { cached_tokens: 'many' }, total_tokens: null });
  expect(usage).toEqual({ inputTokens: 10, outputTokens: 5, estimated: false });
});

test('a usage beyond the integer columns is ignored', () => {
  for (const tooLarge of [2 ** 31, 4_000_000_000, 1e300, '4000000000']) {
    expect(readUsage({ ...base, prompt_tokens: tooLarge })).toBeUndefined();
    expect(readUsage({ ...base, completion_tokens: tooLarge })).toBeUndefined();
  }
  expect(readUsage({ prompt_tokens: 2 ** 31 - 1, completion_tokens: 1, cache_read_input_tokens: 1 })).toEqual(
    { inputTokens: 2 ** 31 - 1, outputTokens: 1, cachedInputTokens: 1, estimated: false },
  );
});

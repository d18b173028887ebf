import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { scriptedModel } from './testing/test-deps.ts';
import { compare, stored, watch } from './testing/turns.ts';

/** The cost of a response, from the provider's usage to the stream and the record. */
const PRICES = { inputUsdPerMillion: '1', outputUsdPerMillion: '4' };

let harness: Harness;
let ann: Member;
beforeEach(async () => {
  harness = await startHarness({
    models: [
      scriptedModel('plain', PRICES),
      scriptedModel('priced', {
        ...PRICES,
        cacheReadUsdPerMillion: '0.1',
        cacheWriteUsdPerMillion: '1.25',
        reasoningUsdPerMillion: '8',
        longInputPrices: [{ aboveInputTokens: 200_000, inputUsdPerMillion: '2' }],
      }),
    ],
  });
  ann = await harness.member();
});
afterEach(() => harness[Symbol.asyncDispose]());

/** The final state as streamed, which the record equals. */
async function costOf(
  model: string,
  usage: { prompt_tokens: number; completion_tokens: number } | 'missing',
) {
  harness.gateway.setScript(model, { text: 'An answer.', usage });
  const { turn } = await compare(ann, [model]);
  const shown = (await watch(harness, ann, { turnId: turn.id })).state(0);
  const [kept] = (await stored(ann, turn)).responses;
  expect([kept?.costUsd, kept?.usage]).toEqual([shown.costUsd, shown.usage]);
  expect(shown.status).toBe('completed');
  return { costUsd: shown.costUsd, isEstimated: shown.usage?.estimated };
}

const CACHED = {
  prompt_tokens: 10_000,
  completion_tokens: 100,
  total_tokens: 10_100,
  prompt_tokens_details: { cached_tokens: 9_000 },
};
const REASONING_OUTSIDE = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 1_015,
  completion_tokens_details: { reasoning_tokens: 1_000 },
};

describe('the cost of an answer', () => {
  test('bills input from the provider’s cache at the price of the cache', async () => {
    expect(await costOf('priced', CACHED)).toEqual({ costUsd: '0.0023', isEstimated: false });
  });

  test('bills input from the cache at the full price if the cache has no price', async () => {
    expect(await costOf('plain', CACHED)).toMatchObject({ costUsd: '0.0104' });
  });

  test('bills input that is written to the cache at its own price', async () => {
    const usage = { ...CACHED, cache_creation_input_tokens: 1_000 };
    expect(await costOf('priced', usage)).toMatchObject({ costUsd: '0.00255' });
  });

  test('bills reasoning that the provider leaves out of the completion tokens', async () => {
    expect(await costOf('plain', REASONING_OUTSIDE)).toEqual({ costUsd: '0.00403', isEstimated: false });
  });

  test('bills reasoning at its own price', async () => {
    expect(await costOf('priced', REASONING_OUTSIDE)).toMatchObject({ costUsd: '0.00803' });
  });

  test('bills long input at the prices for it', async () => {
    const usage = { prompt_tokens: 300_000, completion_tokens: 0 };
    expect(await costOf('priced', usage)).toMatchObject({ costUsd: '0.6' });
  });

  test('is marked as an estimate when the provider reports no usage', async () => {
    expect(await costOf('plain', 'missing')).toMatchObject({ isEstimated: true });
  });
});

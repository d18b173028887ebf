import type { ModelPrices, Prices } from '@aideator/contract/models';

/** LiteLLM's names of each price, in USD per token. The first name with a number counts. */
const FIELDS: Readonly<Record<keyof Prices, readonly string[]>> = {
  inputUsdPerMillion: ['input_cost_per_token'],
  outputUsdPerMillion: ['output_cost_per_token'],
  // The second name is an older one that some models still have.
  cacheReadUsdPerMillion: ['cache_read_input_token_cost', 'input_cost_per_token_cache_hit'],
  cacheWriteUsdPerMillion: ['cache_creation_input_token_cost'],
  reasoningUsdPerMillion: ['output_cost_per_reasoning_token'],
};

/** Prices of a call with more input tokens than this many thousands. */
const ABOVE = /^(?:in|out)put_cost_per_token_above_(\d+)k_tokens$/;

/** Reads the prices of a model out of LiteLLM's facts about it. Ignores values that are not prices. */
export function pricesOf(facts: Readonly<Record<string, unknown>>): ModelPrices {
  const thousands = Object.keys(facts).flatMap((field) => ABOVE.exec(field)?.[1] ?? []);
  const tiers = [...new Set(thousands.map(Number))]
    .sort((a, b) => a - b)
    .map((number) => ({
      aboveInputTokens: number * 1_000,
      ...pricesUnder(facts, `_above_${number}k_tokens`),
    }))
    .filter((tier) => tier.aboveInputTokens > 0 && Object.keys(tier).length > 1);
  return { ...pricesUnder(facts, ''), ...(tiers.length === 0 ? {} : { longInputPrices: tiers }) };
}

function pricesUnder(facts: Readonly<Record<string, unknown>>, ending: string): Prices {
  const prices: Prices = {};
  for (const [name, fields] of Object.entries(FIELDS) as [keyof Prices, readonly string[]][]) {
    const perToken = fields.map((field) => facts[`${field}${ending}`]).find(isPrice);
    const price = usdPerMillion(perToken);
    if (price !== undefined) prices[name] = price;
  }
  return prices;
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** A price per token as decimal text per million tokens, without the noise of binary fractions: 2.5e-7 is `0.25`. */
export function usdPerMillion(perToken: number | null | undefined): string | undefined {
  if (perToken === null || perToken === undefined) return undefined;
  if (perToken === 0) return '0';
  const [mantissa = '0', exponent = '0'] = perToken.toExponential(11).split('e');
  const digits = mantissa.replace('.', '');
  const point = 1 + Number(exponent) + 6;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const fraction = padded.slice(at).replace(/0+$/, '');
  return fraction === '' ? padded.slice(0, at) : `${padded.slice(0, at)}.${fraction}`;
}

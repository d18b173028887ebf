import type { ModelPrices, Prices } from '@aideator/contract/models';
import type { Usage } from '@aideator/contract/run-event';

/** Amounts and prices per million tokens are bigints in units of 1e-9 USD, so that money is never a float. */
const NANO = 9;

function toNano(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole) * 10n ** BigInt(NANO) + BigInt(fraction.slice(0, NANO).padEnd(NANO, '0'));
}

function fromNano(nano: bigint): string {
  const digits = nano.toString().padStart(NANO + 1, '0');
  const fraction = digits.slice(-NANO).replace(/0+$/, '');
  const whole = digits.slice(0, -NANO);
  return fraction ? `${whole}.${fraction}` : whole;
}

/** Tokens × prices per million ÷ 1,000,000, rounded half up to 1e-9 USD. */
function sumUsd(parts: readonly (readonly [tokens: number, nanoPerMillion: bigint])[]): string {
  const total = parts.reduce((sum, [tokens, price]) => sum + BigInt(tokens) * price, 0n);
  return fromNano((total + 500_000n) / 1_000_000n);
}

/** The price of each kind of token, in 1e-9 USD per million. */
interface Rates {
  input: bigint;
  cacheRead: bigint;
  cacheWrite: bigint;
  output: bigint;
  reasoning: bigint;
}

/** Undefined if the price of input or output is unknown. */
function ratesOf(prices: Prices): Rates | undefined {
  const { inputUsdPerMillion: input, outputUsdPerMillion: output } = prices;
  if (input === undefined || output === undefined) return undefined;
  return {
    input: toNano(input),
    cacheRead: toNano(prices.cacheReadUsdPerMillion ?? input),
    cacheWrite: toNano(prices.cacheWriteUsdPerMillion ?? input),
    output: toNano(output),
    reasoning: toNano(prices.reasoningUsdPerMillion ?? output),
  };
}

/** The prices for a call with this many input tokens. */
function pricesFor(inputTokens: number, { longInputPrices = [], ...base }: ModelPrices): Prices {
  const tier = longInputPrices.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens);
  if (!tier) return base;
  // If long calls have their own output price, it applies to reasoning too.
  const { reasoningUsdPerMillion: _, ...rest } = base;
  return { ...(tier.outputUsdPerMillion === undefined ? base : rest), ...definedOf(tier) };
}

function definedOf(prices: Prices): Prices {
  return Object.fromEntries(Object.entries(prices).filter(([, value]) => value !== undefined));
}

/** The billed tokens of a call. Counts of parts may be missing. */
export type BilledUsage = Omit<Usage, 'estimated'>;

/**
 * The cost of a call: the sum over all kinds of tokens of count × price ÷ 1,000,000, rounded half up to 1e-9 USD.
 * Undefined if the price of input or output is unknown.
 */
export function costUsd(usage: BilledUsage, prices: ModelPrices): string | undefined {
  const rates = ratesOf(pricesFor(usage.inputTokens, prices));
  if (!rates) return undefined;
  const cacheRead = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const cacheWrite = Math.min(usage.cacheWriteInputTokens ?? 0, usage.inputTokens - cacheRead);
  const reasoning = Math.min(usage.reasoningTokens ?? 0, usage.outputTokens);
  return sumUsd([
    [usage.inputTokens - cacheRead - cacheWrite, rates.input],
    [cacheRead, rates.cacheRead],
    [cacheWrite, rates.cacheWrite],
    [usage.outputTokens - reasoning, rates.output],
    [reasoning, rates.reasoning],
  ]);
}

/** Rule of thumb without a tokenizer: English has less than one token per 2 UTF-8 bytes. */
const BYTES_PER_TOKEN_LEAST = 2;

/**
 * Upper estimate of the cost of a run, reserved before it starts. Counts each token at its highest possible price.
 * Undefined if prices are unknown.
 */
export function worstCaseCostUsd(
  inputBytes: number,
  outputTokensMax: number,
  prices: ModelPrices,
): string | undefined {
  const inputTokens = Math.ceil(inputBytes / BYTES_PER_TOKEN_LEAST);
  // The estimate may exceed the threshold of other prices while the true count does not.
  const possible = [0, inputTokens].flatMap((tokens) => ratesOf(pricesFor(tokens, prices)) ?? []);
  if (possible.length === 0) return undefined;
  const highest = (...names: (keyof Rates)[]): bigint =>
    possible
      .flatMap((rates) => names.map((name) => rates[name]))
      .reduce((most, rate) => {
        if (rate > most) return rate;
        return most;
      }, 0n);
  return sumUsd([
    [inputTokens, highest('input', 'cacheRead', 'cacheWrite')],
    [outputTokensMax, highest('output', 'reasoning')],
  ]);
}

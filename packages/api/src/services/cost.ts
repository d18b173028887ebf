import type { Usage } from '@aideator/contract/run-event';

/** USD are counted in units of 1e-9 as bigint, prices per million tokens in 1e-9 USD as well: no float in money. */
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

export interface Prices {
  inputUsdPerMillion?: string | undefined;
  outputUsdPerMillion?: string | undefined;
}

/** tokens × price ÷ 1,000,000, rounded half up to 1e-9 USD; undefined when a price is not known. */
export function costUsd(
  usage: Pick<Usage, 'inputTokens' | 'outputTokens'>,
  prices: Prices,
): string | undefined {
  if (prices.inputUsdPerMillion === undefined || prices.outputUsdPerMillion === undefined) return undefined;
  const micro =
    BigInt(usage.inputTokens) * toNano(prices.inputUsdPerMillion) +
    BigInt(usage.outputTokens) * toNano(prices.outputUsdPerMillion);
  return fromNano((micro + 500_000n) / 1_000_000n);
}

/** Rule of thumb for text that no tokenizer has seen: at most one token per 2 UTF-8 bytes is far above what English needs. */
const BYTES_PER_TOKEN_LEAST = 2;

/** Upper estimate of what a run may cost, to be reserved before it starts. Undefined when prices are not known. */
export function worstCaseCostUsd(
  messages: readonly { content: string }[],
  outputTokensMax: number,
  prices: Prices,
): string | undefined {
  const bytes = messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0);
  return costUsd(
    { inputTokens: Math.ceil(bytes / BYTES_PER_TOKEN_LEAST), outputTokens: outputTokensMax },
    prices,
  );
}

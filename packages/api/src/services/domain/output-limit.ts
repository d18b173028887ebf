import type { CatalogueModel } from '@aideator/contract/models';

type Limits = Pick<CatalogueModel, 'outputTokensMax' | 'contextTokens'>;

/** A token is at least this many bytes of UTF-8 in nearly all text. */
const BYTES_PER_TOKEN_LEAST = 2;
/** Smallest cap. With less room the provider reports that the prompt is too long. */
const OUTPUT_TOKENS_LEAST = 1_024;
/** Assumed output limit of a model without a known one, for the reserved cost. */
const OUTPUT_TOKENS_ASSUMED = 16_384;

/** The smallest of the known values; undefined if none is known. */
export const smallest = (...values: (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

/**
 * The output token cap to send to a model: the smallest of the model's limit, the rest of its context window after the
 * prompt, and the operator's cap. Undefined if none of them is known; then no cap is sent.
 */
export function outputTokensCap(
  model: Limits,
  operatorMax: number | undefined,
  inputBytes: number,
): number | undefined {
  const cap = smallest(model.outputTokensMax, operatorMax);
  if (cap === undefined || model.contextTokens === undefined) return cap;
  const room = model.contextTokens - Math.ceil(inputBytes / BYTES_PER_TOKEN_LEAST);
  return Math.min(cap, Math.max(room, OUTPUT_TOKENS_LEAST));
}

/** The number of output tokens for the reserved cost. */
export function outputTokensToReserve(cap: number | undefined, model: Limits): number {
  return cap ?? smallest(model.contextTokens, OUTPUT_TOKENS_ASSUMED) ?? OUTPUT_TOKENS_ASSUMED;
}

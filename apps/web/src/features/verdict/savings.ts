/** A whole answer to the same prompt. */
export interface WholeAnswer {
  outputTokens: number;
}

/** An answer that is stopped before its end. */
export interface StoppedAnswer {
  /** About how many output tokens it has so far. */
  writtenTokens: number;
  /** Milliseconds since its first token. */
  writingMs: number;
  /** The model's price of output in USD per million tokens. Undefined: not known. */
  usdPerMillion: number | undefined;
}

/** What a stop saves, all of it estimated. */
export interface Savings {
  tokens: number;
  /** Undefined if the price of a stopped model is not known. */
  costUsd: number | undefined;
  /** Until the slowest of them would have been done. Undefined if none has begun. */
  ms: number | undefined;
}

/** About four characters of English text make a token. */
const CHARS_PER_TOKEN = 4;

/** Estimates how many tokens a text has. */
export function estimatedTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

/**
 * Estimates what it saves to stop answers. Each is expected to become as long as the whole answers to the same prompt are
 * in the median, at the speed that it had so far. Undefined without a whole answer, or if nothing would be saved.
 */
export function estimatedSavings(
  whole: readonly WholeAnswer[],
  stopped: readonly StoppedAnswer[],
): Savings | undefined {
  const expected = median(whole.map(({ outputTokens }) => outputTokens));
  if (expected === undefined) return undefined;
  const rests = stopped.map((answer) => ({
    ...answer,
    tokens: Math.max(0, expected - answer.writtenTokens),
  }));
  const tokens = sum(rests.map((rest) => rest.tokens));
  if (tokens === 0) return undefined;
  const costs = rests.map((rest) =>
    rest.usdPerMillion === undefined ? undefined : (rest.tokens * rest.usdPerMillion) / 1_000_000,
  );
  const times = rests
    .filter(({ writtenTokens, writingMs }) => writtenTokens > 0 && writingMs > 0)
    .map((rest) => (rest.tokens * rest.writingMs) / rest.writtenTokens);
  return {
    tokens: Math.round(tokens),
    costUsd: costs.every((cost) => cost !== undefined) ? sum(costs) : undefined,
    ms: times.length === 0 ? undefined : Math.max(...times),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

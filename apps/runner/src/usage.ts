import { STORED_INTEGER_MAX } from '@aideator/contract/limits';
import type { Usage } from '@aideator/contract/run-event';
import { isRecord } from './json.ts';

/** A count that can be stored, also when a server sends it as a string of digits. Undefined for anything else. */
function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= STORED_INTEGER_MAX
    ? Math.round(number)
    : undefined;
}

/** The first of these values that is a count. */
function firstCount(...values: unknown[]): number | undefined {
  for (const value of values) {
    const found = count(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

const detailsOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

interface InputCounts {
  inputTokens: number;
  cachedInputTokens: number | undefined;
  cacheWriteInputTokens: number | undefined;
}

/** OpenAI, LiteLLM, Anthropic, DeepSeek and Moonshot name the cached part differently. */
function readInput(usage: Record<string, unknown>): InputCounts | undefined {
  const given = firstCount(usage.prompt_tokens, usage.input_tokens);
  if (given === undefined) return undefined;
  const details = detailsOf(usage.prompt_tokens_details ?? usage.input_tokens_details);
  const cachedInputTokens = firstCount(
    details.cached_tokens,
    usage.cache_read_input_tokens,
    usage.prompt_cache_hit_tokens,
    usage.cached_tokens,
  );
  const cacheWriteInputTokens = firstCount(
    details.cache_creation_tokens,
    details.cache_write_tokens,
    usage.cache_creation_input_tokens,
  );
  const fromCache = (cachedInputTokens ?? 0) + (cacheWriteInputTokens ?? 0);
  // A part cannot be larger than the whole, and Anthropic's own `input_tokens` leaves the cached tokens out.
  const isOutside =
    fromCache > given ||
    (usage.prompt_tokens === undefined && count(usage.cache_read_input_tokens) !== undefined);
  return { inputTokens: isOutside ? given + fromCache : given, cachedInputTokens, cacheWriteInputTokens };
}

/**
 * Output tokens as they are billed. Some providers (Gemini, xAI) leave reasoning out of `completion_tokens`; the total
 * then shows it. Without a total, reasoning that is larger than the completion cannot be a part of it.
 */
function billedOutput(
  completion: number,
  counts: { inputTokens: number; reasoning: number; total: number | undefined },
): number {
  const { inputTokens, reasoning, total } = counts;
  if (total !== undefined) return Math.max(completion, total - inputTokens);
  return reasoning > completion ? completion + reasoning : completion;
}

/** Reads the `usage` of a chunk. Undefined unless it holds both counts: half of it would be charged as the whole. */
export function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const input = readInput(value);
  const completion = firstCount(value.completion_tokens, value.output_tokens);
  if (input === undefined || completion === undefined) return undefined;
  const details = detailsOf(value.completion_tokens_details ?? value.output_tokens_details);
  const reasoning = firstCount(details.reasoning_tokens, value.reasoning_tokens);
  const { inputTokens, cachedInputTokens, cacheWriteInputTokens } = input;
  const outputTokens = billedOutput(completion, {
    inputTokens,
    reasoning: reasoning ?? 0,
    total: count(value.total_tokens),
  });
  if (inputTokens > STORED_INTEGER_MAX || outputTokens > STORED_INTEGER_MAX) return undefined;
  return {
    inputTokens,
    outputTokens,
    ...(reasoning === undefined ? {} : { reasoningTokens: Math.min(reasoning, outputTokens) }),
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    ...(cacheWriteInputTokens === undefined ? {} : { cacheWriteInputTokens }),
    estimated: false,
  };
}

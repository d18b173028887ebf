import type { ResponseState } from '@aideator/contract/frames';
import { formatCount } from '~/lib/figures.ts';

/** Tokens per second after the first token; over the whole time when nearly everything arrived at once. */
export function tokensPerSecond(state: Pick<ResponseState, 'usage' | 'timings'>): number | undefined {
  const { usage, timings } = state;
  if (!usage || !timings || usage.outputTokens === 0 || timings.totalMs <= 0) return undefined;
  const streamingMs = timings.totalMs - (timings.firstTokenMs ?? 0);
  return usage.outputTokens / ((streamingMs >= 100 ? streamingMs : timings.totalMs) / 1000);
}

export interface ThinkingTokens {
  count: number;
  /** The provider did not count them apart, so this is their share of the output by length. */
  estimated: boolean;
}

/** The output tokens that were thoughts; undefined for a response without thoughts or without usage. */
export function thinkingTokens({
  usage,
  text,
  reasoning,
}: Pick<ResponseState, 'usage' | 'text' | 'reasoning'>): ThinkingTokens | undefined {
  if (!usage || reasoning === '') return undefined;
  if (usage.reasoningTokens) return { count: usage.reasoningTokens, estimated: usage.estimated };
  const share = reasoning.length / (reasoning.length + text.length);
  return { count: Math.round(usage.outputTokens * share), estimated: true };
}

/** `243`, `~240` for an estimate; empty if not known. */
export function thinkingTokensText(state: Pick<ResponseState, 'usage' | 'text' | 'reasoning'>): string {
  const tokens = thinkingTokens(state);
  return tokens === undefined ? '' : `${tokens.estimated ? '~' : ''}${formatCount(tokens.count)}`;
}

/** True for models that run on the server's own machine, at no cost. */
export function isLocalModel(modelId: string): boolean {
  return modelId.startsWith('local/') || modelId.startsWith('local-');
}

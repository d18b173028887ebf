import type { ResponseState } from '@aideator/contract/frames';

/** Tokens per second after the first token; over the whole time when nearly everything arrived at once. */
export function tokensPerSecond(state: Pick<ResponseState, 'usage' | 'timings'>): number | undefined {
  const { usage, timings } = state;
  if (!usage || !timings || usage.outputTokens === 0 || timings.totalMs <= 0) return undefined;
  const streamingMs = timings.totalMs - (timings.firstTokenMs ?? 0);
  return usage.outputTokens / ((streamingMs >= 100 ? streamingMs : timings.totalMs) / 1000);
}

/** True for models that run on the server's own machine, at no cost. */
export function isLocalModel(modelId: string): boolean {
  return modelId.startsWith('local/') || modelId.startsWith('local-');
}

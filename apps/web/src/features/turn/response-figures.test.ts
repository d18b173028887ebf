import { describe, expect, it } from 'vitest';
import { tokensPerSecond } from './response-figures.ts';

const usage = { inputTokens: 10, outputTokens: 200, estimated: false };

describe('tokens per second', () => {
  it('are counted after the first token', () => {
    expect(tokensPerSecond({ usage, timings: { firstTokenMs: 500, totalMs: 4_500 } })).toBe(50);
  });

  it('are counted over the whole time when everything arrived at once', () => {
    expect(tokensPerSecond({ usage, timings: { firstTokenMs: 1_990, totalMs: 2_000 } })).toBe(100);
  });

  it('are unknown without tokens or timings', () => {
    expect(tokensPerSecond({ usage })).toBeUndefined();
    expect(
      tokensPerSecond({ usage: { ...usage, outputTokens: 0 }, timings: { totalMs: 10 } }),
    ).toBeUndefined();
  });
});

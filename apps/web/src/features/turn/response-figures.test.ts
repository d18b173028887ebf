import { describe, expect, it } from 'vitest';
import { thinkingTokens, tokensPerSecond } from './response-figures.ts';

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

describe('the tokens of thoughts', () => {
  const thought = { text: 'x'.repeat(100), reasoning: 'y'.repeat(300) };

  it('are those that the provider counted', () => {
    const counted = { ...usage, reasoningTokens: 120 };
    expect(thinkingTokens({ ...thought, usage: counted })).toEqual({ count: 120, estimated: false });
    const guessed = { ...counted, estimated: true };
    expect(thinkingTokens({ ...thought, usage: guessed })).toEqual({ count: 120, estimated: true });
  });

  it('are estimated by length when the provider counted none, although there are thoughts', () => {
    expect(thinkingTokens({ ...thought, usage })).toEqual({ count: 150, estimated: true });
    const none = { ...usage, reasoningTokens: 0 };
    expect(thinkingTokens({ ...thought, usage: none })).toEqual({ count: 150, estimated: true });
  });

  it('are unknown without thoughts or without usage', () => {
    expect(thinkingTokens({ text: 'Yes.', reasoning: '', usage })).toBeUndefined();
    expect(thinkingTokens(thought)).toBeUndefined();
  });
});

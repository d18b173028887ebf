import { describe, expect, it } from 'vitest';
import { metricsOf } from './metrics.ts';

const usage = { inputTokens: 10, outputTokens: 200, estimated: false };
const values = (input: Parameters<typeof metricsOf>[0]) => metricsOf(input).map((metric) => metric.value);

describe('a panel’s figures', () => {
  it('come from the record when there is one', () => {
    const state = { usage, timings: { firstTokenMs: 540, totalMs: 4_540 }, costUsd: '0.0012' };
    expect(values({ state, isLocal: false, milestones: { firstWordMs: 540 }, elapsedMs: 9_999 })).toEqual([
      '0.54 s',
      '4.5 s',
      '200',
      '50',
      '$0.0012',
    ]);
  });

  it('mark estimates with a tilde', () => {
    const state = {
      usage: { ...usage, estimated: true },
      timings: { firstTokenMs: 500, totalMs: 4_500 },
      costUsd: '0.002',
    };
    expect(values({ state, isLocal: false, milestones: {} }).slice(2)).toEqual(['~200', '~50', '~$0.002']);
  });

  it('come from the page’s own clock while the response is running', () => {
    const milestones = { firstWordMs: 600 };
    const running = values({ state: {}, isLocal: false, milestones, elapsedMs: 1_200 });
    expect(running).toEqual(['~0.60 s', '1.2 s', '–', '–', '–']);
  });

  it('tell the first word from the first thought', () => {
    const timings = { firstTokenMs: 500, firstTextMs: 2_500, totalMs: 4_500 };
    const milestones = { firstThoughtMs: 500, firstWordMs: 2_500 };
    expect(metricsOf({ state: { timings }, isLocal: false, milestones })[0]).toMatchObject({
      title: 'Time to first word, first thought after 0.50 s',
      value: '2.5 s',
    });
  });

  it('tell the tokens of thoughts from those of the answer', () => {
    const tokens = (thinkingTokens: string) =>
      metricsOf({ state: { usage }, isLocal: false, milestones: {}, thinkingTokens })[2];
    expect(tokens('~120')).toMatchObject({ title: 'Output tokens, ~120 of them for thoughts', value: '200' });
    expect(tokens('')).toMatchObject({ title: 'Output tokens', value: '200' });
  });
});

import { describe, expect, it } from 'vitest';
import { formatCost, formatCount, formatDuration, metricsOf, tokensPerSecond } from './metrics.ts';

const usage = { inputTokens: 10, outputTokens: 200, estimated: false };
const values = (input: Parameters<typeof metricsOf>[0]) => metricsOf(input).map((metric) => metric.value);

describe('durations', () => {
  it.each([
    [0, '0.00 s'],
    [536, '0.54 s'],
    [994, '0.99 s'],
    [996, '1.0 s'],
    [4_240, '4.2 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [59_600, '1 m 00 s'],
    [65_000, '1 m 05 s'],
    [-5, '0.00 s'],
  ])('%d ms reads %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('cost', () => {
  it.each([
    ['0', '$0'],
    ['0.000000', '$0'],
    ['0.00000012', '<$0.0001'],
    ['0.001234', '$0.0012'],
    ['0.0199', '$0.02'],
    ['0.996', '$1.00'],
    ['12.5', '$12.50'],
    [undefined, '–'],
  ])('%s USD reads %s', (usd, text) => expect(formatCost(usd, false)).toBe(text));

  it('says local for a model of this machine', () => expect(formatCost('0', true)).toBe('local'));
});

describe('tokens', () => {
  it('groups thousands and shortens large numbers', () => {
    expect(formatCount(1_234)).toBe('1,234');
    expect(formatCount(12_345)).toBe('12.3k');
    expect(formatCount(123_456)).toBe('123k');
  });

  it('counts speed after the first token', () => {
    expect(tokensPerSecond({ usage, timings: { firstTokenMs: 500, totalMs: 4_500 } })).toBe(50);
  });

  it('counts speed over the whole time when all came at once', () => {
    expect(tokensPerSecond({ usage, timings: { firstTokenMs: 1_990, totalMs: 2_000 } })).toBe(100);
  });

  it('gives no speed without tokens or timings', () => {
    expect(tokensPerSecond({ usage })).toBeUndefined();
    expect(
      tokensPerSecond({ usage: { ...usage, outputTokens: 0 }, timings: { totalMs: 10 } }),
    ).toBeUndefined();
  });
});

describe('a panel’s figures', () => {
  it('are the record when there is one', () => {
    const state = { usage, timings: { firstTokenMs: 540, totalMs: 4_540 }, costUsd: '0.0012' };
    expect(values({ state, isLocal: false, seen: { elapsedMs: 9_999 } })).toEqual([
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
    expect(values({ state, isLocal: false, seen: {} }).slice(2)).toEqual(['~200', '~50', '~$0.002']);
  });

  it('are what the page measured while it runs', () => {
    const running = values({ state: {}, isLocal: false, seen: { firstTokenMs: 600, elapsedMs: 1_200 } });
    expect(running).toEqual(['~0.60 s', '1.2 s', '–', '–', '–']);
  });
});

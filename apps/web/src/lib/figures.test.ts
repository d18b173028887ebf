import { describe, expect, it } from 'vitest';
import { formatCost, formatCount, formatDuration } from './figures.ts';

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

  it('is `local` for a model of this machine', () => expect(formatCost('0', true)).toBe('local'));
});

describe('tokens', () => {
  it('groups thousands and shortens large numbers', () => {
    expect(formatCount(1_234)).toBe('1,234');
    expect(formatCount(12_345)).toBe('12.3k');
    expect(formatCount(123_456)).toBe('123k');
  });
});

import { expect, it } from 'vitest';
import { parseDefaults } from './comparing-defaults.ts';

const INITIAL = { pace: 'together', isBlind: false, isShuffled: false };

it('starts with names shown, in order, and all answers at once', () => {
  expect(parseDefaults(null)).toEqual(INITIAL);
});

it('keeps what was stored', () => {
  const chosen = { pace: 'even', isBlind: true, isShuffled: true };
  expect(parseDefaults(JSON.stringify(chosen))).toEqual(chosen);
});

it('ignores what is not valid', () => {
  for (const stored of ['', 'null', '[]', '7', '{"pace":"fast","isBlind":"yes"}'])
    expect(parseDefaults(stored)).toEqual(INITIAL);
});

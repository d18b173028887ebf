import { expect, it } from 'vitest';
import { accentOf } from './accents.ts';

it('gives each of six positions its own accent and starts over after them', () => {
  const six = [0, 1, 2, 3, 4, 5].map(accentOf);
  expect(new Set(six).size).toBe(6);
  expect(six[0]).toBe('var(--accent-1)');
  expect(six[5]).toBe('var(--accent-6)');
  expect(accentOf(6)).toBe(six[0]);
});

it('survives a position that is none', () => {
  expect(accentOf(-3)).toBe('var(--accent-1)');
});

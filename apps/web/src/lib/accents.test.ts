import { readFileSync } from 'node:fs';
import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import { expect, it } from 'vitest';
import { accentOf } from './accents.ts';

const POSITIONS = Array.from({ length: MODELS_PER_TURN_MAX }, (_, position) => position);
const CSS = readFileSync(new URL('../app/globals.css', import.meta.url), 'utf8');

it('gives each panel of a turn its own accent and starts over after them', () => {
  const accents = POSITIONS.map(accentOf);
  expect(new Set(accents).size).toBe(MODELS_PER_TURN_MAX);
  expect(accents[0]).toBe('var(--accent-1)');
  expect(accents.at(-1)).toBe(`var(--accent-${MODELS_PER_TURN_MAX})`);
  expect(accentOf(MODELS_PER_TURN_MAX)).toBe(accents[0]);
});

it('finds every accent in both themes and as a colour of Tailwind', () => {
  for (const position of POSITIONS) {
    const definitions = CSS.match(new RegExp(`^ *--accent-${position + 1}: oklch`, 'gm'));
    expect(definitions, `--accent-${position + 1}`).toHaveLength(2);
    expect(CSS).toContain(`--color-accent-${position + 1}: ${accentOf(position)};`);
  }
});

it('accepts an invalid position', () => {
  expect(accentOf(-3)).toBe('var(--accent-1)');
});

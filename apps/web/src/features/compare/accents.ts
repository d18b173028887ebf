import type { CSSProperties } from 'react';

/** How many accents the theme has (`--accent-1` … `--accent-6`). */
const ACCENTS = 6;

/** The theme's colour for the panel at a position (from 0). The same position has the same colour everywhere. */
export function accentOf(position: number): string {
  return `var(--accent-${(Math.max(0, Math.trunc(position)) % ACCENTS) + 1})`;
}

/** Style that gives an element and what is in it the accent of a position, as `var(--panel-accent)`. */
export function accentStyle(position: number): CSSProperties {
  return { '--panel-accent': accentOf(position) } as CSSProperties;
}

import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import type { CSSProperties } from 'react';

/** The position of a panel that must not be told apart from others by its colour. */
export const NEUTRAL_ACCENT = -1;

/**
 * The theme's colour for the panel at a position (from 0). The same position has the same colour everywhere. A test checks
 * that the theme has as many accents as a turn may have models.
 */
export function accentOf(position: number): string {
  if (position === NEUTRAL_ACCENT) return 'var(--muted-foreground)';
  return `var(--accent-${(Math.max(0, Math.trunc(position)) % MODELS_PER_TURN_MAX) + 1})`;
}

/** A style that sets `--panel-accent` to the accent of a position. */
export function accentStyle(position: number): CSSProperties {
  return { '--panel-accent': accentOf(position) } as CSSProperties;
}

import { MODELS_PER_TURN_MAX } from '@aideator/contract/limits';
import type { CSSProperties } from 'react';

/**
 * The theme's colour for the panel at a position (from 0). The same position has the same colour everywhere. A test checks
 * that the theme has as many accents as a turn may have models.
 */
export function accentOf(position: number): string {
  return `var(--accent-${(Math.max(0, Math.trunc(position)) % MODELS_PER_TURN_MAX) + 1})`;
}

/** A style that sets `--panel-accent` to the accent of a position. */
export function accentStyle(position: number): CSSProperties {
  return { '--panel-accent': accentOf(position) } as CSSProperties;
}

import type { RevealPace } from './statuses.ts';

/** The id in place of a model's until the reveal. No model has it. */
export const HIDDEN_MODEL_ID = '';

/** How many models a blind turn needs. */
export const BLIND_MODELS_MIN = 2;

/** What a blind turn tells about itself. */
export interface BlindView {
  pace: RevealPace;
  /** Names and figures are shown. */
  isRevealed: boolean;
  /** While the answers are hidden: how many of the responses are over, but not which. */
  overCount: number;
}

/** True while a turn tells no names. */
export function areNamesHidden({ blind }: { blind: BlindView | null }): boolean {
  return blind !== null && !blind.isRevealed;
}

/** The name in place of a model's until the reveal: `Answer A`. */
export function answerName(position: number): string {
  return `Answer ${String.fromCharCode('A'.charCodeAt(0) + position)}`;
}

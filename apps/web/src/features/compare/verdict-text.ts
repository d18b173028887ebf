import { FEEDBACK_CHARS_MAX } from '@aideator/contract/limits';

/** Reasons that are named with one click. */
export const REASONS = [
  'More correct',
  'Clearer',
  'More complete',
  'To the point',
  'Better style',
  'More creative',
] as const;

/** Reasons and own words as one text: `Clearer, To the point: no fluff`. */
export function joinFeedback(reasons: readonly string[], words: string): string {
  const own = words.trim();
  const named = reasons.join(', ');
  const text = named !== '' && own !== '' ? `${named}: ${own}` : named || own;
  return text.slice(0, FEEDBACK_CHARS_MAX);
}

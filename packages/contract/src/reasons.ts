/** Why a response is the best. */
export const REASONS = [
  'more_correct',
  'clearer',
  'shorter',
  'more_complete',
  'better_code',
  'better_style',
  'followed_instruction',
] as const;
export type Reason = (typeof REASONS)[number];

/** Why a response is the worst: the opposites of `REASONS`, in the same order. */
export const WORST_REASONS = [
  'less_correct',
  'less_clear',
  'too_long',
  'less_complete',
  'worse_code',
  'worse_style',
  'ignored_instruction',
] as const;
export type WorstReason = (typeof WORST_REASONS)[number];

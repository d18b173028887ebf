import { z } from 'zod';
import { ballotSchema, circumstancesSchema, reasonsSchema, worstReasonsSchema } from './ballot-schema.ts';
import { preferenceIdSchema, responseIdSchema, turnIdSchema } from './id-schemas.ts';
import { FEEDBACK_CHARS_MAX } from './limits.ts';
import { WITHOUT_NUL } from './stored-values.ts';

/** An empty text counts as absent. */
const feedbackSchema = z
  .string()
  .trim()
  .max(FEEDBACK_CHARS_MAX)
  .refine(...WITHOUT_NUL);

/** Input of `preference.set`: a new ballot, which replaces the person's current one on the turn. */
export const setPreferenceSchema = z.object({
  turnId: turnIdSchema,
  /** Made by the page. A further call with the same id changes nothing, so that a call can be repeated. */
  preferenceId: preferenceIdSchema,
  ballot: ballotSchema,
  /** After several were called equally good: the one of them that the session continues with. */
  continueWith: responseIdSchema.nullable().default(null),
  reasons: reasonsSchema.default([]),
  worstReasons: worstReasonsSchema.default([]),
  feedback: feedbackSchema.default(''),
  circumstances: circumstancesSchema,
});
export type SetPreferenceInput = z.output<typeof setPreferenceSchema>;

/**
 * Input of `preference.amend`: what a person adds to the current ballot after the verdict, such as the worst or a reason.
 * The circumstances of the verdict stay. Absent keys do not change. Other tiers or another worst are a new ballot: they
 * are a new decision, under its own circumstances.
 */
export const amendPreferenceSchema = z.object({
  preferenceId: preferenceIdSchema,
  worst: responseIdSchema.optional(),
  continueWith: responseIdSchema.nullable().optional(),
  reasons: reasonsSchema.optional(),
  worstReasons: worstReasonsSchema.optional(),
  feedback: feedbackSchema.optional(),
});
export type AmendPreferenceInput = z.output<typeof amendPreferenceSchema>;

/** Input of `preference.clear`: an undo. With an id it clears that ballot only, so that a late undo spares a newer one. */
export const clearPreferenceSchema = z.object({
  turnId: turnIdSchema,
  preferenceId: preferenceIdSchema.optional(),
});
export type ClearPreferenceInput = z.output<typeof clearPreferenceSchema>;

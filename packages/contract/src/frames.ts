import { z } from 'zod';
import { citationsSchema } from './citation-schema.ts';
import { errorInfoSchema } from './error-info.ts';
import { responseIdSchema } from './id-schemas.ts';
import { finishReasonSchema, timingsSchema, usageSchema } from './run-event.ts';
import { LIVE_STATUSES } from './statuses.ts';

/** Decimal text of USD, never a float: `"0.000123"`. */
export const usdSchema = z.string().regex(/^\d+(\.\d+)?$/);

/** The whole live state of one response. */
export const responseStateSchema = z.object({
  responseId: responseIdSchema,
  position: z.number().int().nonnegative(),
  attempt: z.number().int().nonnegative(),
  status: z.enum(LIVE_STATUSES),
  text: z.string(),
  reasoning: z.string(),
  error: errorInfoSchema.optional(),
  /** ISO 8601, on the clock of the process that holds this state; only while `waiting`. */
  retryAt: z.string().optional(),
  /** Only while `waiting` for a place: number of the person's runs that start before this one. */
  runsAhead: z.number().int().nonnegative().optional(),
  /** Replaces `retryAt` when sent to a viewer, whose clock may differ: the time left. */
  retryInMs: z.number().nonnegative().optional(),
  /** While `running`: how long the model may take to its first token. */
  firstTokenLimitMs: z.number().nonnegative().optional(),
  /** The end of that time, ISO 8601, on the clock of the process that holds this state. */
  firstTokenBy: z.string().optional(),
  /** Replaces `firstTokenBy` when sent to a viewer: the time left. */
  firstTokenLeftMs: z.number().nonnegative().optional(),
  citations: citationsSchema.optional(),
  /** The output cap that was sent to the model, once the response is over. */
  outputTokensMax: z.number().int().positive().optional(),
  finishReason: finishReasonSchema.optional(),
  usage: usageSchema.optional(),
  timings: timingsSchema.optional(),
  /** Until `timings` arrive: time from the start of the attempt to its first piece, measured by the server. */
  firstTokenMs: z.number().nonnegative().optional(),
  /** The same to the first word of its text. */
  firstTextMs: z.number().nonnegative().optional(),
  costUsd: usdSchema.optional(),
});
export type ResponseState = z.infer<typeof responseStateSchema>;

/**
 * The changes of one response within a frame. Absent keys did not change, except those that belong to the status
 * (`STATUS_KEYS` in fold.ts).
 */
export const responsePatchSchema = responseStateSchema
  .omit({ responseId: true, position: true, text: true, reasoning: true })
  .partial()
  .extend({
    responseId: responseIdSchema,
    appendText: z.string().optional(),
    appendReasoning: z.string().optional(),
    /** Length of the text (UTF-16 units) after this patch, so that a viewer notices missing text. */
    textLength: z.number().int().nonnegative().optional(),
    /** A new attempt began: clears text, reasoning, error, usage and timings before the rest of the patch applies. */
    reset: z.boolean().optional(),
  });
export type ResponsePatch = z.infer<typeof responsePatchSchema>;

/** How many responses of a blind turn are over, but not which. Only until its reveal. */
const overCountSchema = z.number().int().nonnegative().optional();

export const turnEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    responses: z.array(responseStateSchema),
    overCount: overCountSchema,
  }),
  z.object({ type: z.literal('frame'), patches: z.array(responsePatchSchema), overCount: overCountSchema }),
  z.object({ type: z.literal('done') }),
]);
export type TurnEvent = z.infer<typeof turnEventSchema>;

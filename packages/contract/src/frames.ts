import { z } from 'zod';
import { errorInfoSchema } from './error-info.ts';
import { finishReasonSchema, timingsSchema, usageSchema } from './run-event.ts';
import { LIVE_STATUSES } from './statuses.ts';

/** Decimal text of USD, never a float: `"0.000123"`. */
export const usdSchema = z.string().regex(/^\d+(\.\d+)?$/);

/** How one response stands, whole. */
export const responseStateSchema = z.object({
  responseId: z.string(),
  position: z.number().int().nonnegative(),
  attempt: z.number().int().nonnegative(),
  status: z.enum(LIVE_STATUSES),
  text: z.string(),
  reasoning: z.string(),
  error: errorInfoSchema.optional(),
  /** ISO 8601; only while `waiting`. */
  retryAt: z.string().optional(),
  finishReason: finishReasonSchema.optional(),
  usage: usageSchema.optional(),
  timings: timingsSchema.optional(),
  /** Until `timings` come: from the start of the attempt to its first piece, as the server saw it. */
  firstTokenMs: z.number().nonnegative().optional(),
  costUsd: usdSchema.optional(),
});
export type ResponseState = z.infer<typeof responseStateSchema>;

/**
 * What changed of one response within a frame. Keys that are absent did not change, but `error` and `retryAt` belong to
 * the status: a patch with a status replaces them, also by nothing.
 */
export const responsePatchSchema = responseStateSchema
  .omit({ responseId: true, position: true, text: true, reasoning: true })
  .partial()
  .extend({
    responseId: z.string(),
    /** Appended to the text. */
    text: z.string().optional(),
    /** Appended to the reasoning. */
    reasoning: z.string().optional(),
    /** Length of the text (UTF-16 units) after this patch; tells a viewer that it missed something. */
    textLength: z.number().int().nonnegative().optional(),
    /** A new attempt began: text, reasoning, error, usage and timings start anew, before the rest of the patch applies. */
    reset: z.boolean().optional(),
  });
export type ResponsePatch = z.infer<typeof responsePatchSchema>;

export const turnEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), responses: z.array(responseStateSchema) }),
  z.object({ type: z.literal('frame'), patches: z.array(responsePatchSchema) }),
  z.object({ type: z.literal('done') }),
]);
export type TurnEvent = z.infer<typeof turnEventSchema>;

import { z } from 'zod';
import { errorInfoSchema } from './error-info.ts';
import { runIdSchema } from './ids.ts';
import { finishReasonSchema, timingsSchema, usageSchema } from './run-event.ts';

/**
 * The record of a run, given by the runner before it exits. `text` holds all that arrived, also when the run failed or
 * was stopped. NUL and lone surrogates have been replaced by U+FFFD by the runner, in the stream too.
 */
export const runResultSchema = z.object({
  outcome: z.discriminatedUnion('status', [
    z.object({ status: z.literal('completed'), finishReason: finishReasonSchema }),
    z.object({ status: z.literal('failed'), error: errorInfoSchema }),
    z.object({ status: z.literal('cancelled') }),
  ]),
  text: z.string(),
  reasoning: z.string(),
  textSha256: z.string().length(64),
  usage: usageSchema.optional(),
  timings: timingsSchema,
  /** The model's name as the provider answered it, if it did. */
  answeredBy: z.string().max(300).optional(),
});
export type RunResult = z.infer<typeof runResultSchema>;

/** `nonce` is the one of the claim: only the process that claimed may hand over. */
export const completeInputSchema = z.object({
  v: z.number().int(),
  runId: runIdSchema,
  attempt: z.number().int().positive(),
  token: z.string().min(32).max(128),
  nonce: z.string().min(32).max(128),
  result: runResultSchema,
});
export type CompleteInput = z.infer<typeof completeInputSchema>;

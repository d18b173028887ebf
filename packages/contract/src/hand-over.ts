import { z } from 'zod';
import { citationsSchema } from './citation-schema.ts';
import { errorInfoSchema } from './error-info.ts';
import { runIdSchema } from './id-schemas.ts';
import { ANSWER_BYTES_MAX, REASONING_BYTES_MAX } from './limits.ts';
import { finishReasonSchema, timingsSchema, usageSchema } from './run-event.ts';
import { attemptSchema, storedTextSchema } from './stored-values.ts';

const ANSWERED_BY_BYTES_MAX = 1_200;

/**
 * The record of a run, handed over by the runner before it exits. `text` contains everything that arrived, even if the run
 * failed or was cancelled. The runner has replaced NUL and lone surrogates by U+FFFD, in the stream too. The schema checks
 * that every value fits its column: a wrong one is refused as `invalid_input`, so that the runner does not retry.
 */
export const runResultSchema = z.object({
  outcome: z.discriminatedUnion('status', [
    z.object({ status: z.literal('completed'), finishReason: finishReasonSchema }),
    z.object({ status: z.literal('failed'), error: errorInfoSchema }),
    z.object({ status: z.literal('cancelled') }),
  ]),
  text: storedTextSchema(ANSWER_BYTES_MAX),
  reasoning: storedTextSchema(REASONING_BYTES_MAX),
  textSha256: z.string().length(64),
  citations: citationsSchema.optional(),
  usage: usageSchema.optional(),
  timings: timingsSchema,
  /** The model's name as reported by the provider, if any. */
  answeredBy: storedTextSchema(ANSWERED_BY_BYTES_MAX).optional(),
});
export type RunResult = z.infer<typeof runResultSchema>;

/** `nonce` is the one of the claim, because only the claiming process may hand over. */
export const completeInputSchema = z.object({
  v: z.number().int(),
  runId: runIdSchema,
  attempt: attemptSchema,
  token: z.string().min(32).max(128),
  nonce: z.string().min(32).max(128),
  result: runResultSchema,
});
export type CompleteInput = z.infer<typeof completeInputSchema>;

import { z } from 'zod';
import { responseIdSchema, runIdSchema, turnIdSchema } from './id-schemas.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import { attemptSchema } from './stored-values.ts';

export const chatMessageSchema = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const samplingParametersSchema = z.object({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxOutputTokens: z.number().int().positive().max(1_000_000).optional(),
});
export type SamplingParameters = z.infer<typeof samplingParametersSchema>;

/** Everything that a runner needs. Sent only in the reply to a claim, never in an environment, a pod spec or a log. */
export const runSpecSchema = z.object({
  v: z.literal(PROTOCOL_VERSION),
  runId: runIdSchema,
  attempt: attemptSchema,
  turnId: turnIdSchema,
  responseId: responseIdSchema,
  /** The model's id at the gateway. */
  model: z.string().min(1),
  messages: z.array(chatMessageSchema).min(1),
  parameters: samplingParametersSchema,
  gateway: z.object({ baseUrl: z.url(), apiKey: z.string().optional() }),
  /** The person's own key of the provider, for `own-key/…` models only. */
  providerKey: z.string().optional(),
  limits: z.object({
    /** From the claim to the end, retries included. */
    timeoutSeconds: z.number().positive(),
    /** Longest wait for the first token of one call of the gateway. */
    firstTokenTimeoutSeconds: z.number().positive(),
    /** Longest silence of the gateway after the first token. */
    idleTimeoutSeconds: z.number().positive(),
    answerBytesMax: z.number().int().positive(),
    /** Calls of the gateway before the first token, the first one included. */
    triesMax: z.number().int().positive(),
  }),
});
export type RunSpec = z.infer<typeof runSpecSchema>;

/**
 * The runner process generates `nonce`. If the reply to a claim was lost, the repeated claim has the same nonce and succeeds
 * again. A second process with the same token has another nonce and is refused.
 */
export const claimInputSchema = z.object({
  v: z.number().int(),
  runId: runIdSchema,
  attempt: attemptSchema,
  token: z.string().min(32).max(128),
  nonce: z.string().min(32).max(128),
});
export type ClaimInput = z.infer<typeof claimInputSchema>;

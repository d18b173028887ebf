import { z } from 'zod';
import { responseIdSchema, runIdSchema, turnIdSchema } from './ids.ts';
import { PROTOCOL_VERSION } from './protocol.ts';

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

/** All a runner needs to know. It exists only in the answer to a claim: never in an env, an argument, a pod spec or a log. */
export const runSpecSchema = z.object({
  v: z.literal(PROTOCOL_VERSION),
  runId: runIdSchema,
  attempt: z.number().int().positive(),
  turnId: turnIdSchema,
  responseId: responseIdSchema,
  /** The model's id as the gateway knows it. */
  model: z.string().min(1),
  messages: z.array(chatMessageSchema).min(1),
  parameters: samplingParametersSchema,
  gateway: z.object({ baseUrl: z.url(), apiKey: z.string().optional() }),
  /** The person's own key of the provider, for `own-key/…` models only. */
  providerKey: z.string().optional(),
  limits: z.object({
    /** From claim to the end, retries included. */
    timeoutSeconds: z.number().positive(),
    /** Longest silence of the gateway, before the first chunk and between chunks. */
    idleTimeoutSeconds: z.number().positive(),
    answerBytesMax: z.number().int().positive(),
    /** Tries before the first token, the first one included. */
    attemptsMax: z.number().int().positive(),
  }),
});
export type RunSpec = z.infer<typeof runSpecSchema>;

/**
 * `nonce` is drawn by the runner process: a claim that is repeated because its answer was lost carries the
 * same one and is answered again; a second process with the same token has another one and is refused.
 */
export const claimInputSchema = z.object({
  v: z.number().int(),
  runId: runIdSchema,
  attempt: z.number().int().positive(),
  token: z.string().min(32).max(128),
  nonce: z.string().min(32).max(128),
});
export type ClaimInput = z.infer<typeof claimInputSchema>;

import { z } from 'zod';
import { citationsSchema } from './citation-schema.ts';
import { errorInfoSchema } from './error-info.ts';
import { AppError } from './errors.ts';
import { runIdSchema } from './id-schemas.ts';
import { PROTOCOL_VERSION } from './protocol.ts';
import { isOutcome, type OutcomeStatus } from './statuses.ts';
import { attemptSchema, durationMsSchema, tokenCountSchema } from './stored-values.ts';

/** Tokens as the provider counted them. */
export const usageSchema = z.object({
  /** All input tokens, including those of the provider's cache. */
  inputTokens: tokenCountSchema,
  /** All billed output tokens: text and reasoning, wherever the provider counts the reasoning. */
  outputTokens: tokenCountSchema,
  /** The part of `outputTokens` for reasoning. */
  reasoningTokens: tokenCountSchema.optional(),
  /** The part of `inputTokens` that was read from the provider's cache. */
  cachedInputTokens: tokenCountSchema.optional(),
  /** The part of `inputTokens` that was written to the provider's cache. */
  cacheWriteInputTokens: tokenCountSchema.optional(),
  /** True when the provider reported no usage and the runner estimated it from the text. */
  estimated: z.boolean(),
});
export type Usage = z.infer<typeof usageSchema>;

/** Durations in milliseconds on the runner's monotonic clock, from the first request to the gateway. */
export const timingsSchema = z.object({
  /** To the first piece of text or reasoning; absent if there was none. */
  firstTokenMs: durationMsSchema.optional(),
  /** To the first word of the answer, after any reasoning; absent if there was none. Absent from older runners. */
  firstTextMs: durationMsSchema.optional(),
  totalMs: durationMsSchema,
});

export const FINISH_REASONS = ['stop', 'length', 'content_filter', 'other'] as const;
export const finishReasonSchema = z.enum(FINISH_REASONS);
export type FinishReason = z.infer<typeof finishReasonSchema>;

const envelope = {
  v: z.literal(PROTOCOL_VERSION),
  runId: runIdSchema,
  attempt: attemptSchema,
  /** 0, 1, 2, … without gaps within a run's attempt. */
  seq: z.number().int().nonnegative(),
  /** Wall clock of the runner, ISO 8601; for people, never for ordering. */
  at: z.string(),
};

/** The fields of every terminal event, so that the collector can record from the log when the hand-over failed. */
const outcome = {
  /** True when the server has recorded the hand-over. */
  recorded: z.boolean(),
  usage: usageSchema.optional(),
  timings: timingsSchema,
  /** SHA-256 (hex) of the whole text in UTF-8, for comparison with the stored text. */
  textSha256: z.string().length(64),
};

/** How long the runner waits for the first token of the present call. Absent from older runners. */
const firstTokenLimitMs = durationMsSchema.optional();

export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ ...envelope, type: z.literal('started'), model: z.string(), firstTokenLimitMs }),
  /** The runner calls the gateway again, after a `waiting`. */
  z.object({ ...envelope, type: z.literal('retrying'), firstTokenLimitMs }),
  z.object({
    ...envelope,
    type: z.literal('delta'),
    text: z.string().optional(),
    reasoning: z.string().optional(),
  }),
  /**
   * All text so far is reasoning: a closing thoughts tag arrived whose opening tag the model's template had swallowed. The
   * text moves to the end of the reasoning.
   */
  z.object({ ...envelope, type: z.literal('text_moved') }),
  /** New sources, and known ones whose title was missing. */
  z.object({ ...envelope, type: z.literal('citations'), citations: citationsSchema }),
  z.object({ ...envelope, type: z.literal('usage'), usage: usageSchema }),
  z.object({
    ...envelope,
    type: z.literal('waiting'),
    error: errorInfoSchema,
    /** A duration, since the clocks of runner, server and browser may differ. Absent from older runners. */
    retryInMs: durationMsSchema.optional(),
    /** ISO 8601, on the runner's clock; for servers without `retryInMs`. */
    retryAt: z.string().optional(),
  }),
  z.object({ ...envelope, type: z.literal('heartbeat') }),
  z.object({ ...envelope, ...outcome, type: z.literal('completed'), finishReason: finishReasonSchema }),
  z.object({ ...envelope, ...outcome, type: z.literal('failed'), error: errorInfoSchema }),
  z.object({ ...envelope, ...outcome, type: z.literal('cancelled') }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
export type TerminalRunEvent = RunEventOf<OutcomeStatus>;

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  runEventSchema.options.map((option) => option.shape.type.value),
);

const headerSchema = z.object({ v: z.number(), type: z.string() });

/** True for the last event of a run. */
export function isTerminalEvent(event: RunEvent): event is TerminalRunEvent {
  return isOutcome(event.type);
}

/**
 * Parses one line of a runner. Returns undefined for lines to skip: noise (a warning of Node, half a line of a killed
 * process) and event types that this version does not know. Throws AppError `run_protocol` for another protocol version
 * and for a known type with an invalid body.
 */
export function parseRunEventLine(line: string): RunEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const header = headerSchema.safeParse(value);
  if (!header.success) return undefined;
  if (header.data.v !== PROTOCOL_VERSION) {
    throw new AppError(
      'run_protocol',
      `runner speaks version ${header.data.v}, this server ${PROTOCOL_VERSION}`,
    );
  }
  if (!KNOWN_TYPES.has(header.data.type)) return undefined;
  const event = runEventSchema.safeParse(value);
  if (!event.success)
    throw new AppError('run_protocol', `malformed ${header.data.type} line`, { cause: event.error });
  return event.data;
}

import { z } from 'zod';
import { errorInfoSchema } from './error-info.ts';
import { AppError } from './errors.ts';
import { runIdSchema } from './ids.ts';
import { PROTOCOL_VERSION } from './protocol.ts';

/** Tokens as the provider counted them. `estimated` when the stream ended before usage came. */
export const usageSchema = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  reasoningTokens: z.number().int().nonnegative().optional(),
  cachedInputTokens: z.number().int().nonnegative().optional(),
  estimated: z.boolean(),
});
export type Usage = z.infer<typeof usageSchema>;

/** Durations in milliseconds on the runner's monotonic clock, from the first request to the gateway. */
export const timingsSchema = z.object({
  /** To the first piece of text or reasoning; absent when none came. */
  firstTokenMs: z.number().nonnegative().optional(),
  totalMs: z.number().nonnegative(),
});

export const FINISH_REASONS = ['stop', 'length', 'content_filter', 'other'] as const;
export const finishReasonSchema = z.enum(FINISH_REASONS);
export type FinishReason = z.infer<typeof finishReasonSchema>;

const envelope = {
  v: z.literal(PROTOCOL_VERSION),
  runId: runIdSchema,
  attempt: z.number().int().positive(),
  /** 0, 1, 2, … without gaps within a run's attempt. */
  seq: z.number().int().nonnegative(),
  /** Wall clock of the runner, ISO 8601; for people, never for ordering. */
  at: z.string(),
};

/** What every terminal line says, so that the collector can record from the log when the hand-over failed. */
const outcome = {
  /** True when the server has answered the hand-over with "recorded". */
  recorded: z.boolean(),
  usage: usageSchema.optional(),
  timings: timingsSchema,
  /** SHA-256 (hex) of the whole text in UTF-8: what the stored text must hash to. */
  textSha256: z.string().length(64),
};

export const runEventSchema = z.discriminatedUnion('type', [
  z.object({ ...envelope, type: z.literal('started'), model: z.string() }),
  z.object({
    ...envelope,
    type: z.literal('delta'),
    text: z.string().optional(),
    reasoning: z.string().optional(),
  }),
  z.object({ ...envelope, type: z.literal('usage'), usage: usageSchema }),
  z.object({
    ...envelope,
    type: z.literal('waiting'),
    error: errorInfoSchema,
    /** ISO 8601. */
    retryAt: z.string(),
  }),
  z.object({ ...envelope, type: z.literal('heartbeat') }),
  z.object({ ...envelope, ...outcome, type: z.literal('completed'), finishReason: finishReasonSchema }),
  z.object({ ...envelope, ...outcome, type: z.literal('failed'), error: errorInfoSchema }),
  z.object({ ...envelope, ...outcome, type: z.literal('cancelled') }),
]);
export type RunEvent = z.infer<typeof runEventSchema>;
export type RunEventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
export type TerminalRunEvent = RunEventOf<'completed' | 'failed' | 'cancelled'>;

const KNOWN_TYPES: ReadonlySet<string> = new Set(
  runEventSchema.options.map((option) => option.shape.type.value),
);

const headerSchema = z.object({ v: z.number(), type: z.string() });

/** True for the one last event of a run. */
export function isTerminalEvent(event: RunEvent): event is TerminalRunEvent {
  return event.type === 'completed' || event.type === 'failed' || event.type === 'cancelled';
}

/**
 * Reads one line of a runner. Returns undefined for what is to be skipped: noise that is no protocol line (a warning
 * of the runtime, half a line of a killed process) and event types that this version does not know.
 * Throws AppError `run_protocol` for another protocol version and for a known type with a wrong body.
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

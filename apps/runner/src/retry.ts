/** The wait before the next try. Pure: randomness and time are parameters. */
export interface RetryPolicy {
  baseMs: number;
  /** Maximum of the exponential part. */
  capMs: number;
}

/** Full jitter: a random wait from 0 to the exponential step. `failures` counts from 1. */
export function backoffMs(failures: number, policy: RetryPolicy, random: () => number): number {
  return random() * Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(30, failures - 1));
}

export interface RetryQuestion {
  /** Tries made so far, at least 1. */
  tries: number;
  triesMax: number;
  /** Time left until the run's timeout. */
  remainingMs: number;
  /** The wait that the server requested, if any. */
  retryAfterMs?: number | undefined;
}

/**
 * Milliseconds to wait, or undefined to give up, because no try is left or the wait would outlast the run. A requested
 * wait is extended by up to a tenth (at most 1 s), so that runs refused at the same time do not retry at the same time.
 */
export function retryDelayMs(
  question: RetryQuestion,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (question.tries >= question.triesMax) return undefined;
  const asked = question.retryAfterMs;
  const delay =
    asked === undefined
      ? backoffMs(question.tries, policy, random)
      : asked + random() * Math.min(1_000, asked / 10);
  return delay < question.remainingMs ? delay : undefined;
}

/** Milliseconds of a `Retry-After` header: seconds or an HTTP date. Undefined if it is neither. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Z][a-z]{2}/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const AMOUNT = String.raw`\d{1,7}(?:\.\d{1,6})?\s*(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|h)(?![a-z])`;
const ASKED = new RegExp(
  String.raw`(?:try again in|retry(?:ing)? (?:again )?(?:after|in)|wait(?: for)?|retry_?after\W{1,4}|retry_?delay\W{1,6}(?:seconds\W{1,3})?)\s*` +
    String.raw`(${AMOUNT}(?:\s*(?:and\s*)?${AMOUNT})*|\d{1,7}(?:\.\d{1,6})?)`,
  'i',
);

/** Milliseconds of a wait in a message (`Please try again in 1m7.66s`), because gateways drop the header. */
export function retryAfterInMessage(message: string): number | undefined {
  const asked = ASKED.exec(message)?.[1];
  if (asked === undefined) return undefined;
  let total = 0;
  for (const [, amount, unit = 's'] of asked.matchAll(/(\d+(?:\.\d+)?)\s*(m(?:s|illi)|[smh])?/gi)) {
    const key = unit.toLowerCase();
    total += Number(amount) * (UNIT_MS[key === 'milli' ? 'ms' : key] ?? 1_000);
  }
  return total;
}

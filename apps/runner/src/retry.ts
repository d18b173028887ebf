/** How long to wait before the next try. Pure: chance and time come in. */
export interface RetryPolicy {
  baseMs: number;
  /** Bound of the exponential part. */
  capMs: number;
}

/** Full jitter: anywhere between nothing and the exponential step. `failures` counts from 1. */
export function backoffMs(failures: number, policy: RetryPolicy, random: () => number): number {
  return random() * Math.min(policy.capMs, policy.baseMs * 2 ** Math.min(30, failures - 1));
}

export interface RetryQuestion {
  /** Tries made so far, at least 1. */
  attempts: number;
  attemptsMax: number;
  /** Until the run's timeout. */
  remainingMs: number;
  /** What the other side asked for, if it did. */
  retryAfterMs?: number | undefined;
}

/**
 * Milliseconds to wait, or undefined to give up: no try is left, or the wait would outlast the run. A wait that was
 * asked for is kept, plus up to a tenth (at most 1 s) so that runs which were refused together do not return together.
 */
export function retryDelayMs(
  question: RetryQuestion,
  policy: RetryPolicy,
  random: () => number,
): number | undefined {
  if (question.attempts >= question.attemptsMax) return undefined;
  const asked = question.retryAfterMs;
  const delay =
    asked === undefined
      ? backoffMs(question.attempts, policy, random)
      : asked + random() * Math.min(1_000, asked / 10);
  return delay < question.remainingMs ? delay : undefined;
}

/** Milliseconds of a `Retry-After` header: seconds or an HTTP date. Undefined when it is neither. */
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

/** Milliseconds that a message asks to wait (`Please try again in 1m7.66s`), since gateways drop the header. */
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

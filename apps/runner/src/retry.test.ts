import { expect, test } from 'vitest';
import { backoffMs, parseRetryAfter, retryAfterInMessage, retryDelayMs } from './retry.ts';

const POLICY = { baseMs: 100, capMs: 1_000 };

test('back-off doubles up to its cap, with full jitter', () => {
  expect([1, 2, 3, 4, 5, 99].map((n) => backoffMs(n, POLICY, () => 1))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
  expect(backoffMs(5, POLICY, () => 0)).toBe(0);
});

test('there are no more tries than allowed and no wait beyond the run', () => {
  const question = { tries: 1, triesMax: 3, remainingMs: 10_000 };
  const ask = (changed: object) => retryDelayMs({ ...question, ...changed }, POLICY, () => 1);
  expect(ask({})).toBe(100);
  expect(ask({ tries: 3 })).toBeUndefined();
  expect(ask({ remainingMs: 50 })).toBeUndefined();
  expect(ask({ retryAfterMs: 11_000 })).toBeUndefined();
});

test('a requested wait is never shortened', () => {
  const question = { tries: 1, triesMax: 3, remainingMs: 100_000, retryAfterMs: 5_000 };
  expect(retryDelayMs(question, POLICY, () => 0)).toBe(5_000);
  expect(retryDelayMs(question, POLICY, () => 1)).toBe(5_500);
  expect(retryDelayMs({ ...question, retryAfterMs: 60_000 }, POLICY, () => 1)).toBe(61_000);
});

test('Retry-After is read as seconds or as a date', () => {
  const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');
  expect(parseRetryAfter('7', now)).toBe(7_000);
  expect(parseRetryAfter(' 0.5 ', now)).toBe(500);
  expect(parseRetryAfter('Wed, 21 Oct 2026 07:28:30 GMT', now)).toBe(30_000);
  expect(parseRetryAfter('Wed, 21 Oct 2026 07:00:00 GMT', now)).toBe(0);
  for (const junk of [undefined, '', 'soon', '-5', 'NaN', '1e99'])
    expect(parseRetryAfter(junk, now)).toBeUndefined();
});

test.each([
  [
    'Rate limit reached for gpt-5 in organization org-x on tokens per min (TPM): Limit 30000. Please try again in 7.66s. Visit',
    7_660,
  ],
  ['Please try again in 1m30.5s.', 90_500],
  ['Please try again in 250ms.', 250],
  ['Requests to the Operation have exceeded call rate limit. Please retry after 20 seconds.', 20_000],
  ['"retryDelay": "33s"', 33_000],
  ['retry_delay { seconds: 12 }', 12_000],
  ['{"retry_after": 3}', 3_000],
  ['Wait 2 minutes and 5 seconds', 125_000],
  ['This request would exceed your rate limit of 50 requests per minute', undefined],
  ['litellm.RateLimitError: 429', undefined],
])('seconds are found in: %s', (message, expected) => {
  expect(retryAfterInMessage(message)).toBe(expected);
});

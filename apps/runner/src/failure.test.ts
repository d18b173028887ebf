import { expect, test } from 'vitest';
import { failureOfConnection, failureOfReply, failureOfStreamError } from './failure.ts';

const failed = (status: number, message: string | object, headers: Record<string, string> = {}) =>
  failureOfReply(
    status,
    typeof message === 'string'
      ? JSON.stringify({ error: { message, type: null, code: String(status) } })
      : JSON.stringify(message),
    { header: (name) => headers[name], nowMs: Date.now() },
  );

test.each([
  [
    400,
    "litellm.ContextWindowExceededError: litellm.BadRequestError: OpenAIException - This model's maximum context length is 8192 tokens.",
    'context_too_long',
  ],
  [400, 'prompt is too long: 210000 tokens > 200000 maximum', 'context_too_long'],
  [400, 'the request exceeds the available context size, try increasing it', 'context_too_long'],
  [
    500,
    'the request exceeds the available context size. try increasing the context size',
    'context_too_long',
  ],
  [
    400,
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    'context_too_long',
  ],
  [
    400,
    'litellm.ContentPolicyViolationError: The response was filtered due to the prompt triggering content management policy',
    'content_filtered',
  ],
  [403, 'Your request was flagged by moderation: content_filter', 'content_filtered'],
  [401, 'litellm.AuthenticationError: Incorrect API key provided', 'provider_auth'],
  [403, 'Country, region, or territory not supported', 'provider_auth'],
  [400, 'API key not valid. Please pass a valid API key.', 'provider_auth'],
  [400, "Unsupported value: 'temperature' does not support 0.2", 'gateway_rejected'],
  [404, 'The model `gpt-9` does not exist', 'gateway_rejected'],
  [302, 'moved', 'gateway_rejected'],
  [429, 'Rate limit reached', 'provider_rate_limited'],
  [408, 'timeout', 'gateway_error'],
  [500, 'oops', 'gateway_error'],
  [503, 'overloaded', 'gateway_error'],
])('status %i with "%s" is %s', (status, message, code) => {
  expect(failed(status, message).error).toEqual({ code, detail: message });
});

test('only failures that may pass are retried', () => {
  const retryable = (status: number, message = '') => failed(status, message).retryable;
  expect([429, 500, 502, 503, 529, 408].map((status) => retryable(status))).toEqual(Array(6).fill(true));
  expect([400, 401, 403, 404, 413, 422].map((status) => retryable(status))).toEqual(Array(6).fill(false));
  expect(retryable(429, 'You exceeded your current quota, please check your plan and billing')).toBe(false);
  expect(retryable(500, 'the request exceeds the available context size')).toBe(false);
});

test('the wait is read from the header, or from the message when the gateway dropped the header', () => {
  expect(failed(429, 'Try again in 3s', { 'retry-after': '7' }).retryAfterMs).toBe(7_000);
  expect(failed(429, 'x', { 'retry-after-ms': '1500', 'retry-after': '2' }).retryAfterMs).toBe(1_500);
  expect(failed(429, 'Please try again in 3s').retryAfterMs).toBe(3_000);
  expect(failed(429, 'x').retryAfterMs).toBeUndefined();
});

test('the detail is found in every shape of error, and is the body or the status otherwise', () => {
  expect(failed(422, { detail: [{ msg: 'x' }] }).error.detail).toContain('msg');
  expect(failed(400, { error: 'plain' }).error.detail).toBe('plain');
  expect(failed(400, { message: 'top' }).error.detail).toBe('top');
  const html = failureOfReply(502, '<html>Bad Gateway</html>', { header: () => undefined, nowMs: 0 });
  expect(html.error.detail).toBe('<html>Bad Gateway</html>');
  expect(failureOfReply(502, '', { header: () => undefined, nowMs: 0 }).error.detail).toBe('HTTP 502');
});

test.each([
  [{ message: 'x', type: 'None', code: '429' }, 'provider_rate_limited'],
  [{ message: 'Overloaded', type: 'overloaded_error' }, 'gateway_error'],
  [{ message: 'x', code: 'context_length_exceeded' }, 'context_too_long'],
  [{ message: 'x', code: 'invalid_api_key' }, 'provider_auth'],
  [{ message: 'x', code: 400 }, 'gateway_rejected'],
  ['just text', 'gateway_error'],
])('the error %j within a stream is %s', (error, code) => {
  expect(failureOfStreamError(error).error.code).toBe(code);
});

test.each([
  ['one letter', 'a'.repeat(65_000)],
  ['spaces after "wait"', `wait${' '.repeat(65_000)}`],
  ['many waits', 'wait 1s '.repeat(8_000)],
  ['many prompts', 'prompt '.repeat(9_000)],
  ['nested errors', '{"error":'.repeat(7_000)],
])('an error of %s takes no longer to read than others', (_, text) => {
  const startedAt = performance.now();
  failed(400, text);
  failureOfStreamError({ message: text.repeat(20) });
  expect(performance.now() - startedAt).toBeLessThan(500);
});

test('the detail leaves out the traceback of an error in LiteLLM', () => {
  const message =
    'litellm.APIConnectionError: bad chunk\nTraceback (most recent call last):\n  File "/opt/x.py"';
  expect(failureOfStreamError({ message, code: '500' }).error.detail).toBe(
    'litellm.APIConnectionError: bad chunk',
  );
  expect(failed(500, message).error.detail).toBe('litellm.APIConnectionError: bad chunk');
});

test('a failed connection names the system error and no address', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:4000'), { code: 'ECONNREFUSED' });
  const failure = failureOfConnection(new TypeError('fetch failed', { cause }), false);
  expect(failure).toEqual({
    error: { code: 'gateway_unreachable', detail: 'ECONNREFUSED' },
    retryable: true,
  });
  const many = new AggregateError([cause]);
  expect(failureOfConnection(new TypeError('fetch failed', { cause: many }), true).error).toEqual({
    code: 'stream_broken',
    detail: 'ECONNREFUSED',
  });
  const certificate = Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(failureOfConnection(new TypeError('x', { cause: certificate }), false).retryable).toBe(false);
});

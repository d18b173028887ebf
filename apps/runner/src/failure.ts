import type { ErrorCode, ErrorInfo } from '@aideator/contract/errors';
import { isRecord, parseJson } from './json.ts';
import { parseRetryAfter, retryAfterInMessage } from './retry.ts';

/** How a call of the gateway failed. `error.detail` is not redacted yet. */
export interface GatewayFailure {
  error: ErrorInfo;
  /** True when the same request may succeed later. */
  retryable: boolean;
  retryAfterMs?: number | undefined;
}

/** No more than this of an error is read. */
const WORDING_CHARS_MAX = 64 * 1024;

/** The wording of OpenAI, Anthropic, Gemini, Mistral, llama.cpp, and LiteLLM's own names. */
const CONTEXT_TOO_LONG =
  /ContextWindowExceeded|context_length_exceeded|context[_ ](?:length|size|window)|exceed(?:s|ed)?_context|maximum context|prompt is too long|(?:input|prompt|request)[^.]{0,40}too (?:long|many tokens|large for model)|too many (?:input )?tokens|exceeds? the (?:maximum|max)[^.]{0,30}tokens|input token count|input length and `?max_tokens`? exceed/i;
const CONTENT_FILTERED =
  /ContentPolicyViolation|content_filter|content[_ ](?:management[_ ])?policy|content_policy|usage polic|safety system|flagged (?:as|by)|ResponsibleAIPolicy|moderation_blocked|blocked by (?:the )?(?:content|safety)|PROHIBITED_CONTENT/i;
const KEY_REFUSED =
  /invalid[_ ]api[_ ]key|api key not (?:valid|found)|incorrect api key|API_KEY_INVALID|AuthenticationError|authentication_error/i;
const QUOTA_USED_UP = /insufficient_quota|exceeded your current quota|credit balance is too low/i;
const RATE_LIMITED = /rate_limit|RateLimitError|too_many_requests|RESOURCE_EXHAUSTED/i;

/** LiteLLM appends the traceback of an error in its own code, which names files of the gateway. */
const TRACEBACK = '\nTraceback (most recent call last):';

/** The readable message within an error of a gateway, whatever its shape. */
function messageOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value.split(TRACEBACK, 1)[0] ?? '';
  if (depth > 5) return '';
  // Gemini wraps its error in a list.
  const record = depth === 0 && Array.isArray(value) ? value[0] : value;
  if (!isRecord(record)) return '';
  for (const key of ['error', 'message', 'detail', 'msg']) {
    const message = messageOf(record[key], depth + 1);
    if (message !== '') return message;
  }
  return '';
}

function codeOf(status: number, wording: string): ErrorCode {
  if (status === 401 || status === 403)
    return CONTENT_FILTERED.test(wording) ? 'content_filtered' : 'provider_auth';
  if (status === 429) return 'provider_rate_limited';
  if (status === 408) return 'gateway_error';
  // Some servers send 500 for faults of the request.
  if (status < 502 && CONTEXT_TOO_LONG.test(wording)) return 'context_too_long';
  if (status < 502 && CONTENT_FILTERED.test(wording)) return 'content_filtered';
  if (status < 500 && KEY_REFUSED.test(wording)) return 'provider_auth';
  return status >= 500 ? 'gateway_error' : 'gateway_rejected';
}

const withDetail = (code: ErrorCode, detail: string): ErrorInfo =>
  detail === '' ? { code } : { code, detail };

function failureOf(status: number, wording: string, message: string): GatewayFailure {
  const code = codeOf(status, wording);
  const retryable =
    code === 'gateway_error' || (code === 'provider_rate_limited' && !QUOTA_USED_UP.test(wording));
  const retryAfterMs = retryable ? retryAfterInMessage(message) : undefined;
  return {
    error: withDetail(code, message),
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The failure of a non-2xx reply. `body` may be cut. */
export function failureOfReply(
  status: number,
  body: string,
  reply: { header(name: string): string | undefined; nowMs: number },
): GatewayFailure {
  const message = messageOf(parseJson(body)) || body.trim() || `HTTP ${status}`;
  const failure = failureOf(status, body, message);
  if (!failure.retryable) return failure;
  const exactMs = Number(reply.header('retry-after-ms') ?? Number.NaN);
  const asked = exactMs >= 0 ? exactMs : parseRetryAfter(reply.header('retry-after'), reply.nowMs);
  return asked === undefined ? failure : { ...failure, retryAfterMs: asked };
}

/** The status of an error object within a stream; 502 if it has none. */
function statusOf(error: unknown, wording: string): number {
  const inner = isRecord(error) && isRecord(error.error) ? error.error : error;
  const given = isRecord(inner) ? [inner.code, inner.status, inner.status_code, inner.http_code] : [];
  const status = given.map(Number).find((each) => Number.isInteger(each) && each >= 400 && each <= 599);
  if (status !== undefined) return status;
  if (QUOTA_USED_UP.test(wording) || RATE_LIMITED.test(wording)) return 429;
  if (KEY_REFUSED.test(wording)) return 401;
  if (CONTEXT_TOO_LONG.test(wording) || CONTENT_FILTERED.test(wording)) return 400;
  if (/invalid_request|BadRequest/i.test(wording)) return 400;
  return 502;
}

/** Error types that our gateway sends for a provider's reply that is not an answer (`reply_stream.py`). */
const GATEWAY_TYPES: ReadonlyMap<unknown, ErrorCode> = new Map<unknown, ErrorCode>([
  ['aideator.web_page_received', 'web_page_received'],
  ['aideator.stream_broken', 'stream_broken'],
  ['aideator.no_answer', 'gateway_error'],
]);

/** The value of `error` in a chunk of the stream. */
export function failureOfStreamError(error: unknown): GatewayFailure {
  const wording = (JSON.stringify(error) ?? '').slice(0, WORDING_CHARS_MAX);
  const message = messageOf(error).slice(0, WORDING_CHARS_MAX);
  const code = isRecord(error) ? GATEWAY_TYPES.get(error.type) : undefined;
  if (code !== undefined) return { error: withDetail(code, message), retryable: false };
  return failureOf(statusOf(error, wording), wording, message || wording);
}

/** The name of a system or TLS error. Its message is left out: it holds internal addresses. */
function nameOf(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause instanceof AggregateError && cause.errors.length > 0) return nameOf(cause.errors[0]);
  }
  return '';
}

/** The failure of a request or of reading its reply. `streaming`: the reply's head had arrived. */
export function failureOfConnection(error: unknown, streaming: boolean): GatewayFailure {
  const name = nameOf(error);
  const lasting = /CERT|TLS|SSL|SELF_SIGNED|ERR_INVALID|UNABLE_TO/.test(name);
  return {
    error: withDetail(streaming ? 'stream_broken' : 'gateway_unreachable', name),
    retryable: !lasting,
  };
}

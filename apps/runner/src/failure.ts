import type { ErrorCode, ErrorInfo } from '@aideator/contract/errors';
import { parseRetryAfter, retryAfterInMessage } from './retry.ts';

/** How a call of the gateway went wrong. `error.detail` is not redacted yet. */
export interface GatewayFailure {
  error: ErrorInfo;
  /** True when the same request may succeed later. */
  retryable: boolean;
  retryAfterMs?: number | undefined;
}

/** OpenAI, Anthropic, Gemini, Mistral, llama.cpp, and LiteLLM's own names. */
const CONTEXT_TOO_LONG =
  /ContextWindowExceeded|context_length_exceeded|context[_ ](?:length|size|window)|exceed(?:s|ed)?_context|maximum context|prompt is too long|(?:input|prompt|request)[^.]{0,40}too (?:long|many tokens|large for model)|too many (?:input )?tokens|exceeds? the (?:maximum|max)[^.]{0,30}tokens|input token count|input length and `?max_tokens`? exceed/i;
const CONTENT_FILTERED =
  /ContentPolicyViolation|content_filter|content[_ ](?:management[_ ])?policy|content_policy|usage polic|safety system|flagged (?:as|by)|ResponsibleAIPolicy|moderation_blocked|blocked by (?:the )?(?:content|safety)|PROHIBITED_CONTENT/i;
const KEY_REFUSED =
  /invalid[_ ]api[_ ]key|api key not (?:valid|found)|incorrect api key|API_KEY_INVALID|AuthenticationError|authentication_error/i;
const QUOTA_USED_UP = /insufficient_quota|exceeded your current quota|credit balance is too low/i;
const RATE_LIMITED = /rate_limit|RateLimitError|too_many_requests|RESOURCE_EXHAUSTED/i;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The text for people within an error object of a gateway, whatever its shape. */
function messageOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isRecord(value)) return '';
  for (const key of ['error', 'message', 'detail', 'msg']) {
    const message = messageOf(value[key]);
    if (message !== '') return message;
  }
  return '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(status: number, wording: string): ErrorCode {
  if (status === 401 || status === 403)
    return CONTENT_FILTERED.test(wording) ? 'content_filtered' : 'provider_auth';
  if (status === 429) return 'provider_rate_limited';
  if (status === 408) return 'gateway_error';
  // Some servers answer what is the request's fault with 500.
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

/** An answer that is no 200. `body` may be cut. */
export function failureOfAnswer(
  status: number,
  body: string,
  answer: { header(name: string): string | undefined; nowMs: number },
): GatewayFailure {
  const message = messageOf(parseJson(body)) || body.trim() || `HTTP ${status}`;
  const failure = failureOf(status, body, message);
  if (!failure.retryable) return failure;
  const exactMs = Number(answer.header('retry-after-ms') ?? Number.NaN);
  const asked = exactMs >= 0 ? exactMs : parseRetryAfter(answer.header('retry-after'), answer.nowMs);
  return asked === undefined ? failure : { ...failure, retryAfterMs: asked };
}

/** The status that an error object within a stream stands for; 502 when it does not say. */
function statusOf(error: unknown, wording: string): number {
  const given = isRecord(error) ? Number(error.code ?? error.status ?? error.status_code) : Number.NaN;
  if (Number.isInteger(given) && given >= 400 && given <= 599) return given;
  if (QUOTA_USED_UP.test(wording) || RATE_LIMITED.test(wording)) return 429;
  if (KEY_REFUSED.test(wording)) return 401;
  if (CONTEXT_TOO_LONG.test(wording) || CONTENT_FILTERED.test(wording)) return 400;
  if (/invalid_request|BadRequest/i.test(wording)) return 400;
  return 502;
}

/** The value of `error` in a chunk of the stream. */
export function failureOfStreamError(error: unknown): GatewayFailure {
  const wording = JSON.stringify(error) ?? '';
  return failureOf(statusOf(error, wording), wording, messageOf(error) || wording);
}

/** Names of system and TLS errors only: messages hold addresses of the inside. */
function nameOf(error: unknown): string {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause instanceof AggregateError && cause.errors.length > 0) return nameOf(cause.errors[0]);
  }
  return '';
}

/** Why a request failed, or reading its answer's body. `streaming`: the answer's head had come. */
export function failureOfConnection(error: unknown, streaming: boolean): GatewayFailure {
  const name = nameOf(error);
  const lasting = /CERT|TLS|SSL|SELF_SIGNED|ERR_INVALID|UNABLE_TO/.test(name);
  return {
    error: withDetail(streaming ? 'stream_broken' : 'gateway_unreachable', name),
    retryable: !lasting,
  };
}

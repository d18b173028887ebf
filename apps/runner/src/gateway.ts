import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';
import type { RunSpec } from '@aideator/contract/run-spec';
import { Call } from './call.ts';
import { failureOfReply, type GatewayFailure } from './failure.ts';
import type { HttpReply, Post } from './http.ts';
import { readTextUpTo } from './read-text.ts';
import { type GatewayEvent, readReply } from './reply.ts';

export interface GatewayOptions {
  post: Post;
  /** Ends the call immediately. The iteration then ends without a last event. */
  signal: AbortSignal;
}

const ERROR_BODY_BYTES_MAX = 64 * 1024;

const failed = (failure: GatewayFailure): GatewayEvent => ({ type: 'error', failure });

/** Undefined if the request must not be sent: without the person's key the gateway might use another person's. */
function requestBody(spec: RunSpec): Record<string, unknown> | undefined {
  const ownKey = spec.model.startsWith(OWN_KEY_PREFIX);
  if (ownKey && !spec.providerKey) return undefined;
  const { temperature, topP, maxOutputTokens } = spec.parameters;
  return {
    model: spec.model,
    messages: spec.messages,
    stream: true,
    stream_options: { include_usage: true },
    temperature,
    top_p: topP,
    max_tokens: maxOutputTokens,
    api_key: ownKey ? spec.providerKey : undefined,
  };
}

function endpoint(baseUrl: string): string {
  const base = baseUrl.replace(/\/+$/, '');
  return `${base}${base.endsWith('/v1') ? '' : '/v1'}/chat/completions`;
}

function send(spec: RunSpec, body: string, options: GatewayOptions): Promise<HttpReply> {
  return options.post(endpoint(spec.gateway.baseUrl), {
    signal: options.signal,
    headers: {
      accept: 'text/event-stream',
      ...(spec.gateway.apiKey ? { authorization: `Bearer ${spec.gateway.apiKey}` } : {}),
    },
    body,
  });
}

async function* play(call: Call, sending: Promise<HttpReply>): AsyncGenerator<GatewayEvent> {
  let response: HttpReply;
  try {
    response = await call.within(sending);
  } catch (error) {
    yield failed(call.failure(error, false));
    return;
  }
  if (response.status < 200 || response.status >= 300) {
    const text = await call.within(readTextUpTo(response, ERROR_BODY_BYTES_MAX));
    yield failed(failureOfReply(response.status, text, { header: response.header, nowMs: Date.now() }));
    return;
  }
  const reader = response.body[Symbol.asyncIterator]();
  yield* readReply(() => reader.next(), call);
}

/**
 * One call of `/v1/chat/completions`, without retries. Yields failures of the gateway or the network as `error` instead of
 * throwing them. The call ends when the first token takes longer than `firstTokenTimeoutSeconds`, and later when no byte
 * arrives for `idleTimeoutSeconds`; keep-alive comments count. Follows no redirects, because the body may contain a key.
 */
export async function* streamChat(spec: RunSpec, options: GatewayOptions): AsyncGenerator<GatewayEvent> {
  const body = requestBody(spec);
  if (body === undefined) {
    yield failed({ error: { code: 'provider_auth', detail: 'No key for this provider.' }, retryable: false });
    return;
  }
  const { firstTokenTimeoutSeconds, idleTimeoutSeconds } = spec.limits;
  const call = new Call(options.signal, {
    firstTokenMs: firstTokenTimeoutSeconds * 1_000,
    idleMs: idleTimeoutSeconds * 1_000,
  });
  try {
    const sending = send(spec, JSON.stringify(body), { post: options.post, signal: call.signal });
    for await (const event of play(call, sending)) {
      if (options.signal.aborted) return;
      yield event;
    }
  } finally {
    call.end();
  }
}

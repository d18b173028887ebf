import { OWN_KEY_PREFIX } from '@aideator/contract/protocol';
import type { FinishReason, Usage } from '@aideator/contract/run-event';
import type { RunSpec } from '@aideator/contract/run-spec';
import { type Chunk, readChunk } from './chunk.ts';
import {
  failureOfAnswer,
  failureOfConnection,
  failureOfStreamError,
  type GatewayFailure,
} from './failure.ts';
import type { HttpAnswer, Post } from './http.ts';
import { readTextUpTo } from './read-text.ts';
import { createSseParser } from './sse.ts';

/** What comes from one call of the gateway. The last one is `finish` or `error`, unless the call was aborted. */
export type GatewayEvent =
  | { type: 'text' | 'reasoning'; text: string }
  | { type: 'usage'; usage: Usage }
  | { type: 'model'; model: string }
  | { type: 'finish'; reason: FinishReason }
  | { type: 'error'; failure: GatewayFailure };

export interface GatewayOptions {
  post: Post;
  /** Ends the call at once; the iteration then ends without a last event. */
  signal: AbortSignal;
}

const ERROR_BODY_BYTES_MAX = 64 * 1024;
/** The longest timer that Node knows. */
const TIMER_MS_MAX = 2 ** 31 - 1;

const failed = (failure: GatewayFailure): GatewayEvent => ({ type: 'error', failure });
const broken = (detail: string): GatewayEvent =>
  failed({ error: { code: 'stream_broken', detail }, retryable: false });

/** Undefined when the request must not be sent: a call without its own key could be made with somebody else's. */
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

function* eventsOf(chunk: Chunk): Generator<GatewayEvent> {
  if (chunk.model !== undefined) yield { type: 'model', model: chunk.model };
  if (chunk.reasoning !== undefined) yield { type: 'reasoning', text: chunk.reasoning };
  if (chunk.text !== undefined) yield { type: 'text', text: chunk.text };
  if (chunk.usage !== undefined) yield { type: 'usage', usage: chunk.usage };
}

/** Yields what the stream says; the finish reason comes last, since usage may follow the chunk that holds it. */
async function* readStream(
  read: () => Promise<IteratorResult<Uint8Array>>,
  onError: (error: unknown) => GatewayEvent,
): AsyncGenerator<GatewayEvent> {
  const parser = createSseParser();
  let finish: FinishReason | undefined;
  for (let ended = false; !ended; ) {
    let events: string[];
    try {
      const { done, value } = await read();
      ended = done ?? false;
      events = done ? parser.end() : parser.push(value);
    } catch (error) {
      // All of the answer had come: what failed after it takes nothing away.
      yield finish === undefined ? onError(error) : { type: 'finish', reason: finish };
      return;
    }
    for (const data of events) {
      if (data === '[DONE]') {
        yield { type: 'finish', reason: finish ?? 'other' };
        return;
      }
      const chunk = readChunk(data);
      if (chunk === undefined) {
        yield broken('The gateway sent a malformed chunk.');
        return;
      }
      if (chunk.error !== undefined) {
        yield failed(failureOfStreamError(chunk.error));
        return;
      }
      yield* eventsOf(chunk);
      finish = chunk.finish ?? finish;
    }
  }
  yield finish === undefined
    ? broken('The stream ended without a finish reason.')
    : { type: 'finish', reason: finish };
}

/** The limits of one call. */
class Call {
  readonly #idle = new AbortController();
  readonly #over = new AbortController();
  readonly #idleMs: number;
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal, idleMs: number) {
    this.#idleMs = Math.min(idleMs, TIMER_MS_MAX);
    this.signal = AbortSignal.any([signal, this.#idle.signal, this.#over.signal]);
  }

  /** Aborts the call when the promise takes longer than silence may last. */
  async within<T>(promise: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.#idle.abort(), this.#idleMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  failure(error: unknown, streaming: boolean): GatewayEvent {
    if (this.#idle.signal.aborted) return failed({ error: { code: 'idle_timeout' }, retryable: false });
    return failed(failureOfConnection(error, streaming));
  }

  end(): void {
    this.#over.abort();
  }
}

function send(spec: RunSpec, body: string, options: GatewayOptions): Promise<HttpAnswer> {
  return options.post(endpoint(spec.gateway.baseUrl), {
    signal: options.signal,
    headers: {
      accept: 'text/event-stream',
      ...(spec.gateway.apiKey ? { authorization: `Bearer ${spec.gateway.apiKey}` } : {}),
    },
    body,
  });
}

async function* play(call: Call, sending: Promise<HttpAnswer>): AsyncGenerator<GatewayEvent> {
  let response: HttpAnswer;
  try {
    response = await call.within(sending);
  } catch (error) {
    yield call.failure(error, false);
    return;
  }
  if (response.status !== 200) {
    const text = await call.within(readTextUpTo(response, ERROR_BODY_BYTES_MAX));
    yield failed(failureOfAnswer(response.status, text, { header: response.header, nowMs: Date.now() }));
    return;
  }
  const reader = response.body[Symbol.asyncIterator]();
  yield* readStream(
    () => call.within(reader.next()),
    (error) => call.failure(error, true),
  );
}

/**
 * One call of `/v1/chat/completions`, no retries. Nothing is thrown for what the gateway or the network does: it
 * comes as `error`. Silence over `idleTimeoutSeconds` (of bytes, so that keep-alive comments count as life) ends the
 * call. Redirects are not followed: the body may hold a key.
 */
export async function* streamChat(spec: RunSpec, options: GatewayOptions): AsyncGenerator<GatewayEvent> {
  const body = requestBody(spec);
  if (body === undefined) {
    yield failed({ error: { code: 'provider_auth', detail: 'No key for this provider.' }, retryable: false });
    return;
  }
  const call = new Call(options.signal, spec.limits.idleTimeoutSeconds * 1_000);
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

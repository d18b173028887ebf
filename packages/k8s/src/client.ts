// Our own, on node:https: the Log and Watch of @kubernetes/client-node end the process or hang, and importing it takes 0.6 s.
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { ApiError, isPassing, isStatus } from './api-error.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { backoffMs, pause } from './pause.ts';
import { statusSchema } from './resources.ts';

export interface ApiCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** From the root, such as `/api/v1/namespaces/x/pods`. */
  path: string;
  query?: Readonly<Record<string, string | number | boolean>>;
  body?: unknown;
  signal: AbortSignal;
}

export interface ApiClient {
  /** One call and its answer as JSON; tried again a few times where that may help. Throws ApiError, or what the connection throws. */
  json(call: ApiCall): Promise<unknown>;
  /** One call whose answer is read as it comes, without a deadline once it has begun. */
  open(call: ApiCall): Promise<IncomingMessage>;
  /** Closes what is open. Calls under way fail. */
  close(): void;
}

const TRIES_MAX = 4;
const RETRY = { baseMs: 200, capMs: 2_000 };
/** Of one try: to its whole answer, or to the head of one that is read as it comes. */
const DEADLINE_MS = 10_000;
/** A page of 250 pods takes about 3 MB. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
const ERROR_BYTES_MAX = 64 * 1024;
const ERROR_CHARS_MAX = 1_000;
/** Calls at once; more wait. Streams are bounded by the number of runs. */
const SOCKETS_MAX = 16;
const KEEP_ALIVE_MS = 15_000;

class DeadlineError extends Error {
  readonly code = 'DEADLINE';
}

/** A client that keeps connections and reads a token again when it was replaced. */
export function createApiClient(access: ClusterAccess): ApiClient {
  return new HttpClient(access);
}

class HttpClient implements ApiClient {
  readonly #access: ClusterAccess;
  readonly #module: typeof http | typeof https;
  readonly #calls: http.Agent;
  readonly #streams: http.Agent;
  readonly #closed = new AbortController();

  constructor(access: ClusterAccess) {
    this.#access = access;
    this.#module = access.server.startsWith('https:') ? https : http;
    const options = { ...access.tls, keepAliveMsecs: KEEP_ALIVE_MS };
    this.#calls = new this.#module.Agent({ ...options, keepAlive: true, maxSockets: SOCKETS_MAX });
    this.#streams = new this.#module.Agent(options);
  }

  async json(call: ApiCall): Promise<unknown> {
    const signal = AbortSignal.any([call.signal, this.#closed.signal]);
    for (let failures = 0; ; ) {
      try {
        return await this.#once({ ...call, signal });
      } catch (error) {
        failures += 1;
        if (failures >= TRIES_MAX || signal.aborted || !isPassing(error)) throw error;
        const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
        await pause(Math.max(backoffMs(failures, RETRY), Math.min(asked, RETRY.capMs)), signal);
      }
    }
  }

  async open(call: ApiCall): Promise<IncomingMessage> {
    const signal = AbortSignal.any([call.signal, this.#closed.signal]);
    return this.#authorized((authorization) => this.#send({ ...call, signal }, authorization, this.#streams));
  }

  close(): void {
    this.#closed.abort();
    this.#calls.destroy();
    this.#streams.destroy();
  }

  #once(call: ApiCall): Promise<unknown> {
    return this.#authorized(async (authorization) => {
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
      const signal = AbortSignal.any([call.signal, deadline.signal]);
      try {
        const response = await this.#send({ ...call, signal }, authorization, this.#calls);
        return JSON.parse(await textOf(response, ANSWER_BYTES_MAX));
      } catch (error) {
        if (deadline.signal.aborted) throw new DeadlineError(`no answer within ${DEADLINE_MS} ms`);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    });
  }

  /** Once more with a new token when the first was refused. */
  async #authorized<T>(send: (authorization: string | undefined) => Promise<T>): Promise<T> {
    const { token } = this.#access;
    if (!token) return send(undefined);
    try {
      return await send(`Bearer ${await token.get()}`);
    } catch (error) {
      if (!isStatus(error, 401)) throw error;
      token.expire();
      return send(`Bearer ${await token.get()}`);
    }
  }

  /** Resolves with the head of a good answer. */
  async #send(call: ApiCall, authorization: string | undefined, agent: http.Agent): Promise<IncomingMessage> {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const options: RequestOptions = {
      method: call.method,
      agent,
      signal: call.signal,
      headers: {
        accept: 'application/json, */*',
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = this.#module.request(urlOf(this.#access.server, call), options);
    const timer = setTimeout(
      () => request.destroy(new DeadlineError(`no answer within ${DEADLINE_MS} ms`)),
      DEADLINE_MS,
    );
    request
      .once('response', resolve)
      .on('error', reject)
      .on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS))
      .end(body);
    try {
      const response = await promise;
      // An abort after the head is told to whoever reads; there may be nobody.
      response.on('error', () => {});
      if (response.statusCode === undefined || response.statusCode >= 300) throw await errorOf(response);
      return response;
    } finally {
      clearTimeout(timer);
    }
  }
}

function urlOf(server: string, call: ApiCall): URL {
  const url = new URL(server + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, String(value));
  return url;
}

async function textOf(response: IncomingMessage, bytesMax: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bytesMax) {
      response.destroy();
      throw new Error(`the answer is longer than ${bytesMax} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function errorOf(response: IncomingMessage): Promise<ApiError> {
  const text = await textOf(response, ERROR_BYTES_MAX);
  const seconds = Number(response.headers['retry-after']);
  return new ApiError(response.statusCode ?? 0, {
    ...readStatus(text),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  });
}

function readStatus(text: string): { reason: string; message: string } {
  try {
    const { reason, message } = statusSchema.parse(JSON.parse(text));
    return { reason, message: message.slice(0, ERROR_CHARS_MAX) };
  } catch {
    return { reason: '', message: text.slice(0, ERROR_CHARS_MAX) };
  }
}

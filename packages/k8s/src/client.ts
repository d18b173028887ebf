// The Log and Watch of @kubernetes/client-node cannot be used here: docs/decisions/2026-11-25-kubernetes-client.md.
import http, { type IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { ApiError, isStatus, isTransient } from './api-error.ts';
import { type Access, Credentials } from './credentials.ts';
import type { LoadKubeConfig } from './kube-config.ts';
import { backoffMs, pause } from './pause.ts';

export interface ApiCall {
  method: string;
  /** Path and query from the root, such as `/api/v1/namespaces/x/pods?limit=1`. */
  path: string;
  body?: string | undefined;
  signal: AbortSignal;
}

export interface ApiResponse {
  status: number;
  body: Buffer;
}

export interface ApiClient {
  /** Sends a request and reads the whole response. Retries transient errors. Throws ApiError, CredentialError, or a connection's error. */
  send(call: ApiCall): Promise<ApiResponse>;
  /** Opens a response to read as a stream. There is no deadline once its head has arrived. */
  open(call: ApiCall): Promise<IncomingMessage>;
  /** Closes all connections. Requests in progress fail. */
  close(): void;
}

export interface ClientLimits {
  /** Of one try: until the response is complete, or until its head has arrived for an opened one. */
  deadlineMs: number;
  responseBytesMax: number;
}

const TRIES_MAX = 4;
const RETRY = { baseMs: 200, capMs: 2_000 };
/** A page of 250 pods takes about 3 MB. */
const LIMITS: ClientLimits = { deadlineMs: 10_000, responseBytesMax: 32 * 1024 * 1024 };
const ERROR_BYTES_MAX = 64 * 1024;
const ERROR_CHARS_MAX = 1_000;
/** Requests at once; more wait. Opened responses are bounded by the number of runs. */
const SOCKETS_MAX = 16;
const KEEP_ALIVE_MS = 15_000;

class DeadlineError extends Error {
  readonly code = 'DEADLINE';

  constructor(deadlineMs: number) {
    super(`no response within ${deadlineMs} ms`);
  }
}

/** Opens a client with one pool of connections for all requests. Throws an Error that names the fault of the kubeconfig. */
export function createApiClient(load: LoadKubeConfig, limits: Partial<ClientLimits> = {}): ApiClient {
  return new HttpClient(new Credentials(load), { ...LIMITS, ...limits });
}

class HttpClient implements ApiClient {
  readonly #credentials: Credentials;
  readonly #limits: ClientLimits;
  readonly #module: typeof http | typeof https;
  /** TLS settings are part of each request: Node does not share a connection between different ones. */
  readonly #requests: http.Agent;
  readonly #streams: http.Agent;
  readonly #closed = new AbortController();

  constructor(credentials: Credentials, limits: ClientLimits) {
    this.#limits = limits;
    this.#credentials = credentials;
    this.#module = credentials.server.startsWith('https:') ? https : http;
    const options = { keepAliveMsecs: KEEP_ALIVE_MS };
    this.#requests = new this.#module.Agent({ ...options, keepAlive: true, maxSockets: SOCKETS_MAX });
    this.#streams = new this.#module.Agent(options);
  }

  async send(call: ApiCall): Promise<ApiResponse> {
    const signal = AbortSignal.any([call.signal, this.#closed.signal]);
    for (let failures = 0; ; ) {
      try {
        return await this.#once({ ...call, signal });
      } catch (error) {
        failures += 1;
        if (failures >= TRIES_MAX || signal.aborted || !isTransient(error)) throw error;
        const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
        await pause(Math.max(backoffMs(failures, RETRY), Math.min(askedMs, RETRY.capMs)), signal);
      }
    }
  }

  async open(call: ApiCall): Promise<IncomingMessage> {
    const signal = AbortSignal.any([call.signal, this.#closed.signal]);
    return this.#authorized((access) => this.#request({ ...call, signal }, access, this.#streams));
  }

  close(): void {
    this.#closed.abort();
    this.#requests.destroy();
    this.#streams.destroy();
  }

  #once(call: ApiCall): Promise<ApiResponse> {
    return this.#authorized(async (access) => {
      const { deadlineMs, responseBytesMax } = this.#limits;
      const deadline = new AbortController();
      const timer = setTimeout(() => deadline.abort(), deadlineMs);
      const signal = AbortSignal.any([call.signal, deadline.signal]);
      try {
        const response = await this.#request({ ...call, signal }, access, this.#requests);
        return { status: response.statusCode ?? 0, body: await bodyOf(response, responseBytesMax) };
      } catch (error) {
        if (deadline.signal.aborted) throw new DeadlineError(deadlineMs);
        throw error;
      } finally {
        clearTimeout(timer);
      }
    });
  }

  /** Sends once more with other credentials when the first were refused. */
  async #authorized<T>(send: (access: Access) => Promise<T>): Promise<T> {
    const access = await this.#credentials.get();
    try {
      return await send(access);
    } catch (error) {
      if (!isStatus(error, 401)) throw error;
      return send(await this.#credentials.renew(access));
    }
  }

  /** Resolves with the head of a successful response. */
  async #request(call: ApiCall, access: Access, agent: http.Agent): Promise<IncomingMessage> {
    call.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = this.#module.request(
      this.#credentials.server + call.path,
      optionsOf(call, access, agent),
    );
    const { deadlineMs } = this.#limits;
    const timer = setTimeout(() => request.destroy(new DeadlineError(deadlineMs)), deadlineMs);
    request
      .once('response', resolve)
      .on('error', reject)
      .on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS))
      .end(call.body);
    try {
      const response = await promise;
      // After the head, an abort is an error of the response, which nobody may be reading.
      response.on('error', () => {});
      if (response.statusCode === undefined || response.statusCode >= 300) throw await errorOf(response);
      return response;
    } finally {
      clearTimeout(timer);
    }
  }
}

function optionsOf(call: ApiCall, { options }: Access, agent: http.Agent): RequestOptions {
  const { method, body, signal } = call;
  return {
    agent,
    ...options,
    method,
    signal,
    headers: {
      ...options.headers,
      accept: 'application/json, */*',
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    },
  };
}

async function bodyOf(response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bytesMax) {
      response.destroy();
      throw new Error(`the response is longer than ${bytesMax} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function errorOf(response: IncomingMessage): Promise<ApiError> {
  const text = (await bodyOf(response, ERROR_BYTES_MAX)).toString('utf8');
  const seconds = Number(response.headers['retry-after']);
  return new ApiError(response.statusCode ?? 0, {
    ...readStatus(text),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  });
}

/** The body is a V1Status, unless a proxy in between wrote it. */
function readStatus(text: string): { reason: string; message: string } {
  try {
    const { reason = '', message = '' } = JSON.parse(text);
    return { reason: String(reason), message: String(message).slice(0, ERROR_CHARS_MAX) };
  } catch {
    return { reason: '', message: text.slice(0, ERROR_CHARS_MAX) };
  }
}

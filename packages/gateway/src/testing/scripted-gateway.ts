import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { playScript, type Stage, sendError, sendReset } from './play.ts';
import { type RecordedRequest, Recording } from './recorded-request.ts';
import type { Script } from './script.ts';
import { scriptFromName } from './script-name.ts';

/** A script, or a function that returns one for each request. */
export type ScriptSource = Script | ((request: RecordedRequest) => Script);

export interface ScriptedGatewayOptions {
  /** By model name. Takes precedence over a script in the name (`scripted/…`), which precedes `fallback`. */
  scripts?: Record<string, ScriptSource>;
  /** For all other models. Without it they get a 404. */
  fallback?: ScriptSource;
  /** Default `127.0.0.1`. */
  host?: string;
  /** Default: a free one. */
  port?: number;
  /** If set, every request needs it as its bearer token. */
  apiKey?: string;
  /** The entries of `/model/info`. Default: one per script. */
  modelInfo?: unknown[];
}

/** An OpenAI-compatible server that plays scripts and records what it sent. */
export interface ScriptedGateway extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`: serves /v1/chat/completions, /v1/models, /model/info, /health/liveliness. */
  readonly baseUrl: string;
  /** All chat calls, oldest first; kept until `close` (the last 10,000). */
  readonly requests: readonly RecordedRequest[];
  /** Sets the script of a model and restarts its count for `failFirst`. */
  setScript(model: string, script: ScriptSource): void;
  /** Goes down like a crash: open connections are reset, new ones refused. */
  stop(): Promise<void>;
  /** Comes back on the same port. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const REQUESTS_KEPT_MAX = 10_000;
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** Starts a scripted gateway. It listens once the promise resolves. */
export async function startScriptedGateway(options: ScriptedGatewayOptions = {}): Promise<ScriptedGateway> {
  const host = options.host ?? '127.0.0.1';
  const players = new Players(options);
  let server = await listen(players, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    if (!server.listening) return;
    players.abortAll();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    baseUrl: `http://${host}:${port}`,
    requests: players.requests,
    setScript: (model, script) => players.setScript(model, script),
    stop,
    start: async () => {
      if (!server.listening) server = await listen(players, host, port);
    },
    close: stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function listen(players: Players, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    request.socket.setNoDelay(true);
    players.handle(request, response).catch((error: unknown) => {
      // Only a bug in a script or in this file gets here. Show it to the caller instead of hanging.
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: { message: String(error), type: 'scripted_gateway' } });
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

class Players {
  readonly requests: RecordedRequest[] = [];
  readonly scripts: Map<string, ScriptSource>;
  readonly #options: ScriptedGatewayOptions;
  readonly #calls = new Map<string, number>();
  readonly #playing = new Set<AbortController>();
  #count = 0;

  constructor(options: ScriptedGatewayOptions) {
    this.#options = options;
    this.scripts = new Map(Object.entries(options.scripts ?? {}));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const path = (request.url ?? '').replace(/\?.*$/, '').replace(/^\/v1(?=\/)/, '');
    if (path === '/health/liveliness' || path === '/health/readiness')
      return sendJson(response, 200, 'I am alive!');
    const { apiKey } = this.#options;
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
      return sendJson(response, 401, {
        error: { message: 'Invalid key', type: 'auth_error', code: '401' },
      });
    }
    if (path === '/models') return sendJson(response, 200, { object: 'list', data: this.#models() });
    if (path === '/model/info') return sendJson(response, 200, { data: this.#modelInfo() });
    if (path !== '/chat/completions' || request.method !== 'POST') {
      return sendJson(response, 404, { error: { message: `No such path: ${path}` } });
    }
    const body = JSON.parse(await readBody(request)) as Record<string, unknown>;
    const recording = new Recording(this.#count, request.headers, { body, startedAt });
    this.#count += 1;
    this.requests.push(recording);
    if (this.requests.length > REQUESTS_KEPT_MAX) this.requests.shift();
    await this.#play(recording, response);
  }

  setScript(model: string, script: ScriptSource): void {
    this.scripts.set(model, script);
    this.#calls.delete(model);
  }

  abortAll(): void {
    for (const each of this.#playing) each.abort();
  }

  async #play(recording: Recording, response: ServerResponse): Promise<void> {
    const abort = new AbortController();
    this.#playing.add(abort);
    response.once('close', () => abort.abort());
    const stage: Stage = { response, recording, signal: abort.signal };
    try {
      recording.end(await this.#reply(stage));
    } catch (error) {
      recording.end('client-gone');
      if (!abort.signal.aborted) throw error;
    } finally {
      this.#playing.delete(abort);
    }
  }

  async #reply(stage: Stage) {
    const { model } = stage.recording;
    const source = this.scripts.get(model) ?? scriptFromName(model) ?? this.#options.fallback;
    const script = typeof source === 'function' ? source(stage.recording) : source;
    if (!script) {
      return sendError(stage, {
        status: 404,
        body: { error: { message: `The model ${model} does not exist`, code: 'model_not_found' } },
      });
    }
    const call = this.#calls.get(model) ?? 0;
    this.#calls.set(model, call + 1);
    const failure = script.failFirst?.[call];
    if (failure === 'reset') return sendReset(stage);
    return failure ? sendError(stage, failure) : playScript(stage, script);
  }

  #models(): unknown[] {
    return [...this.scripts.keys()].map((id) => ({ id, object: 'model', owned_by: 'scripted' }));
  }

  #modelInfo(): unknown[] {
    return (
      this.#options.modelInfo ??
      [...this.scripts].map(([model, script]) => ({
        model_name: model,
        litellm_params: { model },
        model_info: {
          id: model,
          db_model: false,
          key: model,
          mode: 'chat',
          litellm_provider: model.includes('/') ? model.split('/')[0] : 'openai',
          max_input_tokens: 128_000,
          max_output_tokens: 16_384,
          input_cost_per_token: 1e-6,
          output_cost_per_token: 2e-6,
          ...(typeof script === 'function' ? {} : script.modelInfo),
        },
      }))
    );
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_BYTES_MAX) throw new Error(`request body over ${BODY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { BodyBudget } from './body-budget.ts';
import { clientAddress } from './client-address.ts';

export interface GuardRules {
  /** Whether the Host header names this server. */
  isHostAllowed(host: string | undefined): boolean;
  /** Paths that are served under any host, such as those of probes. */
  isOpenToAnyHost(path: string): boolean;
  /** Tells the operator how to allow a host. Part of the refusal of a foreign host. */
  hostHint: string;
  trustedProxies: number;
  /** Largest body of a request to `path`, in bytes. */
  bodyBytesMax(path: string, request: IncomingMessage): number | Promise<number>;
  /** Limits for the bytes of all bodies that are being read at the same time, in total and per address. */
  totalBytesMax: number;
  addressBytesMax: number;
  /** Headers that every response to `path` gets. */
  responseHeaders(path: string): Readonly<Record<string, string>>;
  /** Time limits for the headers and for a small body. A larger body gets more time. */
  headersTimeoutMs: number;
  bodyTimeoutMs: number;
}

/** Next would answer others too, such as PUT with a page and TRACE with an error. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);
const ALLOW = [...METHODS].join(', ');
/** A body that arrives more slowly than this runs into its deadline. */
const BODY_BYTES_PER_SECOND_MIN = 32 * 1024;
/** Node's own limit for a whole request, as a backstop for the deadlines of this file. */
const REQUEST_TIMEOUT_MS = 300_000;
const RETRY_AFTER_SECONDS = 2;

interface Refusal {
  status: 400 | 405 | 411 | 413 | 421 | 503;
  text: string;
  headers?: Record<string, string>;
}

/**
 * Puts a guard in front of a server's request handlers. It refuses foreign hosts, unserved methods and oversized bodies
 * before a byte of the body is read, ends slow requests, and passes the client's address to the handlers in
 * X-Forwarded-For.
 */
export function guardServer(server: Server, rules: GuardRules): void {
  const budget = new BodyBudget(rules);
  const hasSpoken = endSilentConnections(server, rules.headersTimeoutMs);
  const handlers = server.listeners('request') as RequestHandler[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    hasSpoken(request.socket);
    const pass = (): void => {
      for (const handler of handlers) handler.call(server, request, response);
    };
    void admit({ request, response, rules, budget }).then(
      (refusal) => (refusal ? sendRefusal(response, refusal) : pass()),
      () => request.socket.destroy(),
    );
  });
  const upgrades = server.listeners('upgrade') as UpgradeHandler[];
  server.removeAllListeners('upgrade');
  // Add no listener if there was none: Node then treats an upgrade as an ordinary request.
  if (upgrades.length > 0) {
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      hasSpoken(socket);
      if (!rules.isHostAllowed(request.headers.host)) socket.destroy();
      else for (const handler of upgrades) handler.call(server, request, socket, head);
    });
  }
  server.headersTimeout = rules.headersTimeoutMs;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
}

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;
type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

interface Admission {
  request: IncomingMessage;
  response: ServerResponse;
  rules: GuardRules;
  budget: BodyBudget;
}

async function admit({ request, response, rules, budget }: Admission): Promise<Refusal | undefined> {
  const url = request.url ?? '';
  if (!url.startsWith('/')) return { status: 400, text: 'The request target must be a path.' };
  const path = url.split('?', 1)[0] ?? url;
  for (const [name, value] of Object.entries(rules.responseHeaders(path))) response.setHeader(name, value);
  if (!rules.isOpenToAnyHost(path) && !rules.isHostAllowed(request.headers.host)) {
    return { status: 421, text: `This server does not serve the host of this request. ${rules.hostHint}` };
  }
  if (!METHODS.has(request.method ?? ''))
    return { status: 405, text: `Only ${ALLOW} are served here.`, headers: { allow: ALLOW } };
  const address = takeClientAddress(request, rules.trustedProxies);
  const bytes = declaredBytes(request);
  if (bytes === undefined) return { status: 411, text: 'A body needs a Content-Length.' };
  if (bytes === 0) return undefined;
  const bytesMax = await rules.bodyBytesMax(path, request);
  if (bytes > bytesMax)
    return { status: 413, text: `The body is too large: at most ${bytesMax} bytes are allowed here.` };
  const free = budget.reserve(address, bytes);
  if (!free) return busy();
  watchBody({ request, response, free, timeoutMs: bodyTimeoutMs(rules, bytes) });
  return undefined;
}

function busy(): Refusal {
  return {
    status: 503,
    text: 'The server is reading too many requests at once. Try again in a moment.',
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  };
}

/** Undefined for a chunked body. A declared length can be trusted: the HTTP parser reads no more than that. */
function declaredBytes({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}

/** Replaces forwarding headers by what this server and its trusted proxies know. Returns the client's address. */
function takeClientAddress(request: IncomingMessage, trustedProxies: number): string {
  const { headers, socket } = request;
  const given = headers['x-forwarded-for'];
  const forwardedFor = Array.isArray(given) ? given.join(',') : given;
  const address = clientAddress({ peer: socket.remoteAddress, forwardedFor, trustedProxies });
  headers['x-forwarded-for'] = address;
  headers['x-forwarded-host'] = headers.host;
  if (trustedProxies === 0) delete headers['x-forwarded-proto'];
  for (const name of ['x-forwarded-port', 'forwarded', 'x-real-ip']) delete headers[name];
  return address;
}

function bodyTimeoutMs(rules: GuardRules, bytes: number): number {
  return rules.bodyTimeoutMs + (bytes / BODY_BYTES_PER_SECOND_MIN) * 1_000;
}

/** Frees the reservation once the body has been read or the request is over. Ends a request whose body is late. */
function watchBody(watched: {
  request: IncomingMessage;
  response: ServerResponse;
  free: () => void;
  timeoutMs: number;
}): void {
  const { request, response, free, timeoutMs } = watched;
  const timer = setTimeout(() => {
    if (request.complete) return;
    if (!response.headersSent) sendRefusalLine(request.socket, '408 Request Timeout');
    request.socket.destroySoon();
  }, timeoutMs);
  const settle = (): void => {
    clearTimeout(timer);
    free();
  };
  request.once('end', settle);
  response.once('close', settle);
}

/** Writes to the socket and not to the response, because a handler may be about to write that. */
function sendRefusalLine(socket: Socket, status: string): void {
  socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function sendRefusal(response: ServerResponse, { status, text, headers }: Refusal): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    // The rest of the body is not read.
    connection: 'close',
    ...headers,
  });
  response.end(`${text}\n`);
}

/**
 * Closes new connections that send no complete request head within the timeout; Node checks only every 30 s. Returns a
 * function to call with the connection of each request.
 */
function endSilentConnections(server: Server, timeoutMs: number): (socket: Socket) => void {
  const waiting = new WeakMap<Socket, NodeJS.Timeout>();
  server.on('connection', (socket: Socket) => {
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    waiting.set(socket, timer);
    socket.once('close', () => clearTimeout(timer));
  });
  return (socket) => clearTimeout(waiting.get(socket));
}

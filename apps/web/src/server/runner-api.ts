import 'server-only';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { ApiDeps } from '@aideator/api/deps';
import { logFailedCall } from '@aideator/api/log-failed-call';
import type { Logger } from '@aideator/api/logger';
import { runnerRouter } from '@aideator/api/runner-root';
import { ANSWER_BYTES_MAX, REASONING_BYTES_MAX } from '@aideator/contract/limits';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import { guardServer } from './listener/guard.ts';

/** JSON can escape one byte as six, as in `\u0001`. */
const JSON_BYTES_PER_BYTE_MAX = 6;
const MEBIBYTE = 1024 * 1024;
/** A hand-over holds an answer, its reasoning, and little else. */
const COMPLETE_BYTES_MAX = JSON_BYTES_PER_BYTE_MAX * (ANSWER_BYTES_MAX + REASONING_BYTES_MAX) + MEBIBYTE;
/** A claim has two secrets of at most 128 characters. */
const CLAIM_BYTES_MAX = 4 * 1024;
const TOTAL_BYTES_MAX = 4 * COMPLETE_BYTES_MAX;
const HEADERS_TIMEOUT_MS = 15_000;
const BODY_TIMEOUT_MS = 30_000;

interface RunnerApiOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  log: Logger;
}

/**
 * Serves claim and hand-over, authenticated by a run's token, on an address of its own: no ingress for pages can expose
 * it, and cookies mean nothing here. Requests that arrive before `deps` settles wait for it. Returns the URL for this
 * machine. Serves until the process ends.
 */
export async function serveRunnerApi(
  { host, port, log }: RunnerApiOptions,
  deps: Promise<ApiDeps>,
): Promise<string> {
  const handler = createHTTPHandler({
    router: runnerRouter,
    maxBodySize: COMPLETE_BYTES_MAX,
    allowBatching: false,
    createContext: async () => ({ deps: await deps }),
    onError: ({ error, path }) => logFailedCall(log, { error, path, caller: 'runner' }),
  });
  const server = createServer(handler);
  guardServer(server, {
    // In a cluster this server has several names. A request without a run's token gets nothing anyway.
    isHostAllowed: () => true,
    isOpenToAnyHost: () => true,
    hostHint: '',
    trustedProxies: 0,
    bodyBytesMax: (path) => (path === '/run.complete' ? COMPLETE_BYTES_MAX : CLAIM_BYTES_MAX),
    totalBytesMax: TOTAL_BYTES_MAX,
    // Runners may share an address, as those on this machine do.
    addressBytesMax: TOTAL_BYTES_MAX,
    responseHeaders: () => ({ 'cache-control': 'no-store' }),
    headersTimeoutMs: HEADERS_TIMEOUT_MS,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
  });
  server.listen(port, host);
  await once(server, 'listening');
  return `http://${reachable(host)}:${portOf(server)}`;
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

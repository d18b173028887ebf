import 'server-only';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { ApiDeps } from '@aideator/api/deps';
import type { Logger } from '@aideator/api/logger';
import { runnerRouter } from '@aideator/api/runner-root';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';

/** A hand-over has two texts of 1 MiB at most; JSON can make six bytes of one. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Serves what runners ask (claim and hand-over, proved by a run's token) on an address of its own: no ingress of the
 * pages can expose it, and no cookie means anything here. `deps` may settle after the first request came. Answers the URL
 * under which this machine reaches it; it is served until the process ends.
 */
export async function serveRunnerApi(
  at: { host: string; port: number; log: Logger },
  deps: Promise<ApiDeps>,
): Promise<string> {
  const handler = createHTTPHandler({
    router: runnerRouter,
    maxBodySize: BODY_BYTES_MAX,
    allowBatching: false,
    createContext: async () => ({ deps: await deps }),
    onError: ({ error, path }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR')
        at.log.error({ err: error.cause ?? error, path }, 'a call of a runner failed');
    },
  });
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, handler);
  server.listen(at.port, at.host);
  await once(server, 'listening');
  return `http://${reachable(at.host)}:${portOf(server)}`;
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

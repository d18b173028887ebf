import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isId } from '@aideator/contract/ids';
import { createHTTPHandler } from '@trpc/server/adapters/standalone';
import type { ApiDeps } from '../deps.ts';
import { logFailedCall } from '../log-failed-call.ts';
import { appRouter } from '../root.ts';
import { runnerRouter } from '../runner-root.ts';

/** A test's substitute for the sign-in cookie: the id of the person who calls. */
export const PERSON_HEADER = 'x-test-person';

export async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Both routers over HTTP: `/trpc` and `/runner`. `fault` may reply to a runner's request in their place. */
export function apiServer(
  deps: () => ApiDeps | undefined,
  fault?: (path: string) => number | undefined,
): Server {
  const need = (): ApiDeps => {
    const ready = deps();
    if (!ready) throw new Error('the harness is not ready');
    return ready;
  };
  const runner = createHTTPHandler({
    router: runnerRouter,
    basePath: '/runner/',
    createContext: () => ({ deps: need() }),
    onError: ({ error, path }) => logFailedCall(need().log, { error, path, caller: 'runner' }),
  });
  const app = createHTTPHandler({
    router: appRouter,
    basePath: '/trpc/',
    createContext: ({ req }) => {
      const id = req.headers[PERSON_HEADER];
      const person = isId('user', id) ? ({ id, role: 'member' } as const) : null;
      return { deps: need(), person, clientAddress: 'test' };
    },
    onError: ({ error, path }) => logFailedCall(need().log, { error, path, caller: 'person' }),
  });
  return createServer((request, response) => {
    const path = request.url ?? '';
    const status = path.startsWith('/runner') ? fault?.(path) : undefined;
    if (status !== undefined) {
      request.resume();
      const body = { error: { data: { appCode: 'run_claim_refused', httpStatus: status } } };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } else (path.startsWith('/runner') ? runner : app)(request, response);
  });
}

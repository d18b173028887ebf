import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, request, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@aideator/contract/ids';
import { encode } from 'next-auth/jwt';
import { afterEach, expect, test, vi } from 'vitest';

const HSTS = 'max-age=31536000';

let server: Server | undefined;
afterEach(async () => {
  // `guardNextServer` takes the first server of the process, so each must be gone before the next test.
  const closed = server && once(server, 'close');
  server?.closeAllConnections();
  server?.close();
  await closed;
  server = undefined;
  await expect.poll(openServers).toEqual([]);
  vi.unstubAllEnvs();
  vi.resetModules();
});

const openServers = (): unknown[] =>
  (process as unknown as { _getActiveHandles(): unknown[] })
    ._getActiveHandles()
    .filter((handle) => handle instanceof Server);

/** Guards a server as the program guards Next's. Returns a function that requests a path under a host. */
async function guarded(publicUrl: string, secret = randomBytes(32).toString('hex')) {
  const settings = {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://127.0.0.1:9/none',
    AUTH_SECRET: secret,
    NEXTAUTH_URL: publicUrl,
    ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
    LITELLM_BASE_URL: 'http://127.0.0.1:9',
    RUNNER_PATH: '/nowhere',
  };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  server = createServer((_, response) => response.end('served'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { guardNextServer } = await import('./web-listener.ts');
  guardNextServer();
  const { port } = server.address() as AddressInfo;
  return async (path: string, host: string, more: OutgoingHttpHeaders = {}) => {
    const sent = request({
      method: 'content-length' in more ? 'POST' : 'GET',
      host: '127.0.0.1',
      port,
      path,
      headers: { host, origin: `http://${host}`, ...more },
    });
    // Of a body only the length is sent, so the request does not end.
    if ('content-length' in more) sent.flushHeaders();
    else sent.end();
    sent.on('error', () => undefined);
    const [response] = await once(sent, 'response');
    response.resume();
    return { status: response.statusCode, headers: response.headers };
  };
}

test('over HTTPS, every response, also a refusal, makes browsers use HTTPS only', async () => {
  const get = await guarded('https://ideas.example');
  for (const path of ['/', '/sign-in', '/api/trpc/account.status', '/api/health/live']) {
    const { status, headers } = await get(path, 'ideas.example');
    expect([path, status, headers['strict-transport-security']]).toEqual([path, 200, HSTS]);
  }
  const refused = await get('/', 'evil.example');
  expect([refused.status, refused.headers['strict-transport-security']]).toEqual([421, HSTS]);
});

test('over plain HTTP, no response asks for HTTPS', async () => {
  const get = await guarded('http://localhost:3000');
  const { status, headers } = await get('/', 'localhost:3000');
  expect([status, headers['strict-transport-security']]).toEqual([200, undefined]);
});

test('a foreign host is refused for pages, the API and sign-in, even if the Origin header names it too', async () => {
  const get = await guarded('http://localhost:3000');
  for (const path of ['/', '/api/trpc/session.create', '/api/auth/session'])
    expect([path, (await get(path, '192.0.2.1:3000')).status]).toEqual([path, 421]);
});

test('responses of the API are not cached, and the tRPC route decides about its own', async () => {
  const get = await guarded('http://localhost:3000');
  const cacheControl = async (path: string) => (await get(path, 'localhost:3000')).headers['cache-control'];
  expect(await cacheControl('/api/auth/session')).toBe('no-store');
  expect(await cacheControl('/api/trpc/turn.events')).toBeUndefined();
});

test('health routes are served under any host, because probes come to the address of the pod', async () => {
  const get = await guarded('https://ideas.example');
  for (const path of ['/api/health/live', '/api/health/ready'])
    expect([path, (await get(path, '10.0.0.7:3000')).status]).toEqual([path, 200]);
});

test('the largest body is 32 KB for pages and sign-in, 64 KB for the API, and 4 MB for the API with a session', async () => {
  const secret = randomBytes(32).toString('hex');
  const get = await guarded('http://localhost:3000', secret);
  const token = await encode({ secret, token: { signInId: newId('signIn'), sessionVersion: 1 } });
  const isRefused = async (path: string, bytes: number, cookie = '') =>
    (await get(path, 'localhost:3000', { cookie, 'content-length': bytes })).status === 413;
  /** Whether a body of this size is refused, and one that is a byte larger. */
  const around = async (path: string, bytes: number, cookie?: string) => [
    await isRefused(path, bytes, cookie),
    await isRefused(path, bytes + 1, cookie),
  ];
  const session = `aideator.session=${token}`;
  expect(await around('/sign-in', 32 * 1024, session)).toEqual([false, true]);
  expect(await around('/api/auth/callback/credentials', 32 * 1024)).toEqual([false, true]);
  expect(await around('/api/trpc/account.signUp', 64 * 1024)).toEqual([false, true]);
  expect(await around('/api/trpc/turn.submit', 64 * 1024, 'aideator.session=made-up')).toEqual([false, true]);
  expect(await around('/api/trpc/turn.submit', 4 * 1024 * 1024, session)).toEqual([false, true]);
});

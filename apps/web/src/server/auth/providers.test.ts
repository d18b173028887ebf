import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../testing/app.ts';

let app: TestApp;
let gitHubProfile: typeof import('./providers.ts').gitHubProfile;
let server: Server | undefined;
beforeAll(async () => {
  app = await startApp();
  ({ gitHubProfile } = await import('./providers.ts'));
});
afterEach(() => {
  server?.close();
});
afterAll(() => app[Symbol.asyncDispose]());

/** GitHub's API for one account with a public address. */
async function profileWith(emails: object[] | undefined) {
  const bodies: Record<string, unknown> = {
    '/user': { id: 7, email: 'public@example.org' },
    '/user/emails': emails,
  };
  server = createServer((request, response) => {
    const body = bodies[request.url ?? ''];
    const isAllowed = request.headers.authorization === 'Bearer gho_1' && body !== undefined;
    response.writeHead(isAllowed ? 200 : 403).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return gitHubProfile('gho_1', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const PRIMARY = { email: 'ada@example.org', primary: true, verified: true };

test('a GitHub profile has the primary address, not the public one, and whether it is verified', async () => {
  const other = { email: 'other@example.org', primary: false, verified: true };
  expect(await profileWith([other, PRIMARY])).toMatchObject({
    email: 'ada@example.org',
    email_verified: true,
  });
});

test('an unverified primary address is not replaced by another address', async () => {
  const other = { email: 'other@example.org', primary: false, verified: true };
  expect(await profileWith([other, { ...PRIMARY, verified: false }])).toMatchObject({
    email_verified: false,
  });
  server?.close();
  expect(await profileWith([])).toMatchObject({ email: null, email_verified: false });
});

test('a GitHub account whose addresses cannot be read gives no profile', async () => {
  await expect(profileWith(undefined)).rejects.toThrow('403');
});

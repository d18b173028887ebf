import { NextRequest } from 'next/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PUBLIC_URL, startApp, type TestApp } from './testing/app.ts';

let app: TestApp;
let cookie: string;
let trpc: typeof import('~/app/api/trpc/[trpc]/route.ts').POST;
let proxy: typeof import('~/proxy.ts').proxy;
let createContext: typeof import('./context.ts').createContext;

beforeAll(async () => {
  app = await startApp();
  const person = await app.member();
  cookie = await app.signIn(person.id);
  trpc = (await import('~/app/api/trpc/[trpc]/route.ts')).POST;
  ({ proxy } = await import('~/proxy.ts'));
  ({ createContext } = await import('./context.ts'));
});
afterAll(() => app[Symbol.asyncDispose]());

/** A request as a browser sends it from our own page. A header that is undefined is left out. */
function request(path: string, input: unknown, changed: Record<string, string | undefined> = {}): Request {
  const body = JSON.stringify(input);
  const headers = {
    cookie,
    origin: PUBLIC_URL,
    host: 'localhost:3000',
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...changed,
  };
  const given = Object.entries(headers).filter((each): each is [string, string] => each[1] !== undefined);
  return new Request(`${PUBLIC_URL}${path}`, { method: 'POST', headers: given, body });
}

const createSession = (changed?: Record<string, string | undefined>) =>
  trpc(request('/api/trpc/session.create', { json: { title: 'made' } }, changed));

const made = async () => {
  const listed = await trpc(
    new Request(`${PUBLIC_URL}/api/trpc/session.list?input=%7B%22json%22%3A%7B%7D%7D`, {
      headers: { cookie },
    }),
  );
  return ((await listed.json()) as { result: { data: { json: { items: unknown[] } } } }).result.data.json
    .items;
};

describe('a request to the API', () => {
  test('from our own page is accepted, also under another host that the listener allows', async () => {
    expect((await createSession()).status).toBe(200);
    const allowedHost = { origin: 'http://ideas.internal:3000', host: 'ideas.internal:3000' };
    expect((await createSession(allowedHost)).status).toBe(200);
    expect(await made()).toHaveLength(2);
  });

  test.each([
    ['of another site', { origin: 'https://evil.example' }, 403],
    ['of another site that looks like ours', { origin: 'http://localhost:3000.evil.example' }, 403],
    ['of no site (a sandboxed frame)', { origin: 'null' }, 403],
    ['with a cookie and without an origin', { origin: undefined }, 403],
    ['as a form, which browsers send without a preflight', { 'content-type': 'text/plain' }, 415],
    ['without a content type', { 'content-type': undefined }, 415],
    ['larger than a prompt can be', { 'content-length': String(4 * 1024 * 1024 + 1) }, 413],
    ['without a content length', { 'content-length': undefined }, 413],
  ])('%s is refused before it is read', async (_, changed, status) => {
    const before = await made();
    const refused = request('/api/trpc/session.create', { json: { title: 'x' } }, changed);
    expect((await trpc(refused)).status).toBe(status);
    expect(refused.bodyUsed).toBe(false);
    expect(await made()).toEqual(before);
  });

  test('gets a response that browsers save as a file instead of rendering it', async () => {
    const { headers } = await createSession();
    expect(headers.get('content-disposition')).toBe('attachment; filename="api.json"');
    expect(headers.get('content-type')).toBe('application/json');
  });

  test('gets a response that no cache stores, also when it is refused', async () => {
    expect((await createSession()).headers.get('cache-control')).toBe('no-store');
    const refused = await createSession({ origin: 'https://evil.example' });
    expect([refused.status, refused.headers.get('cache-control')]).toEqual([403, 'no-store']);
  });

  test('without a session cookie gets 401 with the code unauthorized', async () => {
    const response = await createSession({ cookie: undefined });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('"appCode":"unauthorized"');
  });

  test('with more than 20 calls in one batch is refused', async () => {
    const calls = (count: number) => {
      const paths = Array(count).fill('account.status').join(',');
      const url = `${PUBLIC_URL}/api/trpc/${paths}?batch=1&input=%7B%7D`;
      return trpc(new Request(url, { headers: { cookie } }));
    };
    expect((await calls(20)).status).toBe(200);
    expect((await calls(21)).status).toBe(400);
  });
});

test('limits count the address that the nearest proxy saw, not one that the client made up', async () => {
  const address = async (headers: Record<string, string>) =>
    (await createContext(new Headers(headers))).clientAddress;
  expect(await address({ 'x-forwarded-for': '10.9.9.9, 192.0.2.7' })).toBe('192.0.2.7');
  expect(await address({})).toBe('unknown');
});

test.each(['_log', 'verify-request'])(
  'next-auth’s action %s is not served, so nobody writes into the log',
  async (action) => {
    const { POST } = await import('~/app/api/auth/[...nextauth]/route.ts');
    const body = new URLSearchParams({ level: 'error', code: 'canary' });
    const sent = new Request(`${PUBLIC_URL}/api/auth/${action}`, { method: 'POST', body });
    const { status } = await POST(sent, { params: Promise.resolve({ nextauth: [action] }) });
    expect(status).toBe(404);
    expect(app.logged()).not.toContain('canary');
  },
);

describe('a page', () => {
  const open = (path: string, withCookie = true) =>
    proxy(new NextRequest(`${PUBLIC_URL}${path}`, withCookie ? { headers: { cookie } } : {}));
  const policyOf = (path: string) => {
    const policy = open(path).headers.get('content-security-policy') ?? '';
    return Object.fromEntries(
      policy.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]),
    );
  };

  test('runs only the scripts of its own response and connects only to our origin', () => {
    const { 'script-src': scripts, ...others } = policyOf('/');
    const nonce = /^'self' 'nonce-([^']{20,})' 'strict-dynamic'$/.exec(scripts ?? '')?.[1];
    expect(nonce).toBeDefined();
    expect(policyOf('/')['script-src']).not.toContain(nonce);
    expect(others).toEqual({
      'default-src': "'self'",
      'style-src': "'self' 'unsafe-inline'",
      'img-src': "'self' data: blob:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'frame-src': "'none'",
      'object-src': "'none'",
      'base-uri': "'self'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
  });

  test('that needs a person redirects to the sign-in page without a cookie, with the way back', () => {
    const response = open('/s/ses_1?x=1', false);
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe(`${PUBLIC_URL}/sign-in?next=%2Fs%2Fses_1%3Fx%3D1`);
    expect(open('/sign-in', false).status).toBe(200);
  });
});

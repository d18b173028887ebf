import { NextRequest } from 'next/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PUBLIC_URL, sessionCookieOf, startApp, type TestApp } from './testing/app.ts';

let app: TestApp;
let cookie: string;
let trpc: typeof import('~/app/api/trpc/[trpc]/route.ts').POST;
let proxy: typeof import('~/proxy.ts').proxy;
let createContext: typeof import('./context.ts').createContext;

beforeAll(async () => {
  app = await startApp();
  const person = await app.member();
  cookie = await sessionCookieOf({ userId: person.id });
  trpc = (await import('~/app/api/trpc/[trpc]/route.ts')).POST;
  ({ proxy } = await import('~/proxy.ts'));
  ({ createContext } = await import('./context.ts'));
});
afterAll(() => app[Symbol.asyncDispose]());

/** A request as a browser sends it from our own page; undefined takes a header away. */
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
  test('from our own page is taken, also where the page is reached under another name', async () => {
    expect((await createSession()).status).toBe(200);
    const elsewhere = { origin: 'http://192.0.2.1:3000', host: '192.0.2.1:3000' };
    expect((await createSession(elsewhere)).status).toBe(200);
    expect(await made()).toHaveLength(2);
  });

  test.each([
    ['of another site', { origin: 'https://evil.example' }, 403],
    ['of another site that looks like ours', { origin: 'http://localhost:3000.evil.example' }, 403],
    ['of no site (a sandboxed frame)', { origin: 'null' }, 403],
    ['with a cookie and without an origin', { origin: undefined }, 403],
    ['as a form, which needs no permission to be sent', { 'content-type': 'text/plain' }, 415],
    ['without a type', { 'content-type': undefined }, 415],
    ['larger than a prompt can be', { 'content-length': String(4 * 1024 * 1024 + 1) }, 413],
    ['of a size that it does not tell', { 'content-length': undefined }, 413],
  ])('%s is refused before it is read', async (_, changed, status) => {
    const before = await made();
    const refused = request('/api/trpc/session.create', { json: { title: 'x' } }, changed);
    expect((await trpc(refused)).status).toBe(status);
    expect(refused.bodyUsed).toBe(false);
    expect(await made()).toEqual(before);
  });

  test('without a session is told so', async () => {
    const answer = await createSession({ cookie: undefined });
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('"appCode":"unauthorized"');
  });

  test('with more than 20 calls in one is refused', async () => {
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

describe('a page', () => {
  const open = (path: string, withCookie = true) =>
    proxy(new NextRequest(`${PUBLIC_URL}${path}`, withCookie ? { headers: { cookie } } : {}));
  const policyOf = (path: string) => {
    const policy = open(path).headers.get('content-security-policy') ?? '';
    return Object.fromEntries(
      policy.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1).join(' ')]),
    );
  };

  test('runs only the scripts of its own answer, and calls nobody but us', () => {
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
      'object-src': "'none'",
      'base-uri': "'self'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
  });

  test('that needs somebody goes to the sign-in page without a cookie, and comes back', () => {
    const answer = open('/s/ses_1?x=1', false);
    expect(answer.status).toBe(307);
    expect(answer.headers.get('location')).toBe(`${PUBLIC_URL}/sign-in?next=%2Fs%2Fses_1%3Fx%3D1`);
    expect(open('/sign-in', false).status).toBe(200);
  });
});

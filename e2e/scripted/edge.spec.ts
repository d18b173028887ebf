import { once } from 'node:events';
import { connect } from 'node:net';
import { signUp } from '@aideator/api/testing/person';
import { modelId } from '../support/models.ts';
import { expect, type Stack, test } from '../support/scripted.ts';

// Attacks on the real program, without a browser.

/** Returns the program's reply to these lines, until it closes the connection or is silent for a second. */
async function send(stack: Stack, ...lines: string[]): Promise<string> {
  const socket = connect(Number(new URL(stack.url).port), 'localhost');
  let received = '';
  socket.setTimeout(1_000, () => socket.destroy());
  socket.on('data', (data) => {
    received += data;
  });
  socket.on('error', () => undefined);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  return received;
}

const hostOf = (stack: Stack) => new URL(stack.url).host;

for (const path of ['/', '/sign-in', '/api/trpc/account.status', '/api/auth/csrf', '/_next/static/x.js']) {
  test(`a foreign host is refused at ${path}`, async ({ stack }) => {
    const response = await send(stack, `GET ${path} HTTP/1.1`, 'Host: evil.example');
    expect(response).toMatch(/^HTTP\/1\.1 421 [\s\S]*ALLOWED_HOSTS/);
    const forwarded = ['Host: evil.example', `X-Forwarded-Host: ${hostOf(stack)}`];
    expect(await send(stack, `GET ${path} HTTP/1.1`, ...forwarded)).toMatch(/^HTTP\/1\.1 421 /);
  });
}

test('probes work with any host', async ({ stack }) => {
  const response = await send(stack, 'GET /api/health/live HTTP/1.1', 'Host: 10.0.0.7:3000');
  expect(response).toMatch(/^HTTP\/1\.1 200 /);
});

for (const path of ['/api/auth/callback/credentials', '/api/trpc/account.signUp', '/sign-in']) {
  test(`a body of 200 MB and one of unknown length are refused unread at ${path}`, async ({ stack }) => {
    const post = [`POST ${path} HTTP/1.1`, `Host: ${hostOf(stack)}`];
    expect(await send(stack, ...post, `Content-Length: ${200 * 1024 * 1024}`)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await send(stack, ...post, 'Transfer-Encoding: chunked')).toMatch(/^HTTP\/1\.1 411 /);
  });
}

test('caches store neither API replies nor pages', async ({ request }) => {
  for (const path of ['/api/trpc/account.status', '/api/auth/csrf', '/settings']) {
    expect((await request.get(path)).headers()['cache-control'], path).toContain('no-store');
  }
});

// Node's fetch accepts gzip, as browsers do.
test('an event stream is not compressed, so that its events arrive at once', async ({ stack, stage }) => {
  stage.play({});
  let headers: Headers | undefined;
  const person = await signUp(stack.url, async (input, init) => {
    const response = await fetch(input, init);
    if (String(input).includes('/turn.events')) headers = response.headers;
    return response;
  });
  const turn = await person.submit([modelId('Alder')], 'Why?');
  for await (const { event } of person.events(turn.id)) if (event.type === 'done') break;
  expect(headers?.get('content-type')).toBe('text/event-stream');
  expect(headers?.get('content-encoding')).toBeNull();
  expect(headers?.get('cache-control')).toBe('no-store, no-transform');
});

for (const path of ['/sign-in', '/api/trpc/account.status', '/api/auth/csrf', '/api/health/live']) {
  test(`only GET, HEAD and POST are served at ${path}`, async ({ stack }) => {
    const host = `Host: ${hostOf(stack)}`;
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
      expect(await send(stack, `${method} ${path} HTTP/1.1`, host), method).toMatch(/^HTTP\/1\.1 405 /);
  });
}

test('nobody can write into the log through next-auth', async ({ request, stack }) => {
  const form = { level: 'error', code: 'made up' };
  expect((await request.post(`${stack.url}/api/auth/_log`, { form })).status()).toBe(404);
});

test('a copied cookie is refused once its browser has signed out', async ({ browser, stack, account }) => {
  const context = await browser.newContext({ baseURL: stack.url });
  const { request } = context;
  const headers = { origin: stack.url };
  const post = async (path: string, fields: Record<string, string>) => {
    const { csrfToken } = (await (await request.get('/api/auth/csrf')).json()) as { csrfToken: string };
    return request.post(path, { headers, form: { ...fields, csrfToken, json: 'true' } });
  };
  await post('/api/auth/callback/credentials', account as unknown as Record<string, string>);
  const cookies = await context.cookies();
  const list = (cookie: string) =>
    fetch(`${stack.url}/api/trpc/session.list?input=%7B%22json%22%3A%7B%7D%7D`, { headers: { cookie } });
  const copied = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  expect((await list(copied)).status).toBe(200);
  await post('/api/auth/signout', { callbackUrl: '/sign-in' });
  expect((await list(copied)).status).toBe(401);
  await context.close();
});

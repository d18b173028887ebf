import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { type GuardRules, guardServer } from './guard.ts';

const BYTES_MAX = 1_000;
const TIMEOUT_MS = 150;

let server: Server | undefined;
let port: number;
let upgrades: number;
let seen: { url: string; headers: IncomingMessage['headers']; body: string }[];
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A guarded server that reads every body whole, as Next and next-auth do. */
async function serve(changed: Partial<GuardRules> = {}): Promise<void> {
  seen = [];
  upgrades = 0;
  // Node's own check of late requests never comes.
  const nodeOptions = { connectionsCheckingInterval: 3_600_000 };
  server = createServer(nodeOptions, (request, response) => {
    void text(request).then(
      (body) => {
        seen.push({ url: request.url ?? '', headers: request.headers, body });
        response.end('served');
      },
      () => undefined,
    );
  });
  server.on('upgrade', (_, socket) => {
    upgrades += 1;
    socket.end();
  });
  guardServer(server, {
    isHostAllowed: (host) => host === 'ours',
    isOpenToAnyHost: (path) => path === '/probe',
    hostHint: 'Set ALLOWED_HOSTS.',
    trustedProxies: 0,
    bodyBytesMax: () => BYTES_MAX,
    totalBytesMax: 3 * BYTES_MAX,
    addressBytesMax: 2 * BYTES_MAX,
    responseHeaders: (path) => ({ 'x-path': path }),
    headersTimeoutMs: TIMEOUT_MS,
    bodyTimeoutMs: TIMEOUT_MS,
    ...changed,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
}

interface Conversation {
  write(text: string): void;
  /** Everything received until the server closed the connection. */
  ended: Promise<string>;
  /** Everything received so far. */
  received(): string;
}

function open(...lines: string[]): Conversation {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  socket.on('error', () => undefined);
  if (lines.length > 0) socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  return {
    write: (more) => socket.write(more),
    ended: new Promise((resolve) => socket.once('close', () => resolve(received))),
    received: () => received,
  };
}

const post = (length: number, ...more: string[]) =>
  open('POST /form HTTP/1.1', 'Host: ours', `Content-Length: ${length}`, ...more);

describe('the host', () => {
  test('of another site is refused, and the refusal names the setting', async () => {
    await serve();
    const response = await open('GET / HTTP/1.1', 'Host: evil.example').ended;
    expect(response).toMatch(/^HTTP\/1\.1 421 [\s\S]*Set ALLOWED_HOSTS\./);
    expect(seen).toEqual([]);
  });

  test('does not matter for a probe', async () => {
    await serve();
    const response = await open('GET /probe?x HTTP/1.1', 'Host: 10.0.0.7:3000', 'Connection: close').ended;
    expect(response).toContain('served');
  });

  test('in an absolute request target is refused', async () => {
    await serve();
    const response = await open('GET http://evil.example/probe HTTP/1.1', 'Host: ours').ended;
    expect(response).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
  });

  test('of an upgrade request is checked too', async () => {
    await serve();
    const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
    expect(await open('GET / HTTP/1.1', 'Host: evil.example', ...upgrade).ended).toBe('');
    expect(upgrades).toBe(0);
    await open('GET / HTTP/1.1', 'Host: ours', ...upgrade).ended;
    expect(upgrades).toBe(1);
  });

  test('in a forwarding header of the client is replaced by the real one', async () => {
    await serve();
    await open(
      'GET / HTTP/1.1',
      'Host: ours',
      'X-Forwarded-Host: evil.example',
      'Forwarded: host=evil.example',
      'X-Forwarded-For: 10.9.9.9',
      'X-Forwarded-Proto: https',
      'Connection: close',
    ).ended;
    expect(seen[0]?.headers).toMatchObject({
      'x-forwarded-host': 'ours',
      'x-forwarded-for': '127.0.0.1',
    });
    expect(seen[0]?.headers).not.toHaveProperty('forwarded');
    expect(seen[0]?.headers).not.toHaveProperty('x-forwarded-proto');
  });
});

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])(
  'a %s request is refused, with the methods that are served',
  async (method) => {
    await serve();
    const answer = await open(`${method} / HTTP/1.1`, 'Host: ours').ended;
    expect(answer).toMatch(/^HTTP\/1\.1 405 [\s\S]*allow: GET, HEAD, POST/i);
    expect(seen).toEqual([]);
  },
);

describe('a body', () => {
  test('within the limit reaches the handler unchanged', async () => {
    await serve();
    const request = post(5, 'Connection: close');
    request.write('12345');
    expect(await request.ended).toContain('x-path: /form');
    expect(seen[0]?.body).toBe('12345');
  });

  test('above the limit is refused before a byte of it is sent', async () => {
    await serve();
    expect(await post(200 * 1024 * 1024).ended).toMatch(/^HTTP\/1\.1 413 /);
    expect(seen).toEqual([]);
  });

  test('without a declared length is refused', async () => {
    await serve();
    const request = open('POST /form HTTP/1.1', 'Host: ours', 'Transfer-Encoding: chunked');
    expect(await request.ended).toMatch(/^HTTP\/1\.1 411 /);
    expect(seen).toEqual([]);
  });

  test('ends at its declared length, whatever follows', async () => {
    await serve();
    const request = post(5, 'Connection: close');
    request.write('x'.repeat(50_000));
    await request.ended;
    expect(seen.map(({ body }) => body)).toEqual(['xxxxx']);
  });

  test('that does not arrive in time gets 408 and its connection is closed', async () => {
    await serve();
    const request = post(5);
    request.write('1');
    expect(await request.ended).toMatch(/^HTTP\/1\.1 408 /);
    expect(seen).toEqual([]);
  });
});

describe('bodies that are read at the same time', () => {
  /** Sends a request with a body of one byte and returns the status. */
  const tiny = async (...headers: string[]) => {
    const request = post(1, 'Connection: close', ...headers);
    request.write('x');
    return (await request.ended).slice(9, 12);
  };

  test('are limited per address, and free their share once they have been read', async () => {
    await serve({ bodyTimeoutMs: 60_000 });
    const half = [post(BYTES_MAX), post(BYTES_MAX)];
    await expect.poll(() => tiny()).toBe('503');
    expect(await post(1).ended).toMatch(/retry-after: 2/i);
    for (const request of half) request.write('x'.repeat(BYTES_MAX));
    await expect.poll(() => tiny()).toBe('200');
  });

  test('are limited over all addresses, and a lost connection frees its share', async () => {
    await serve({ bodyTimeoutMs: 500, addressBytesMax: 9 * BYTES_MAX, trustedProxies: 1 });
    const half = [0, 1, 2].map((host) => post(BYTES_MAX, `X-Forwarded-For: 10.0.0.${host}`));
    await expect.poll(() => tiny('X-Forwarded-For: 10.0.0.9')).toBe('503');
    await Promise.all(half.map(({ ended }) => ended));
    expect(await tiny('X-Forwarded-For: 10.0.0.9')).toBe('200');
  });
});

test('600 connections that send no request or stop within the body are closed', async () => {
  await serve();
  const silent = Array.from({ length: 300 }, () => open());
  const stopped = Array.from({ length: 300 }, () => post(5));
  await Promise.all([...silent, ...stopped].map(({ ended }) => ended));
  expect(seen).toEqual([]);
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiClient, type ClientLimits, createApiClient } from './client.ts';
import type { LoadKubeConfig } from './kube-config.ts';
import { certificatePath } from './testing/connections.ts';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';

let fake: FakeKubernetes;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  fake = await FakeKubernetes.start();
  stack = new AsyncDisposableStack();
  stack.use(fake);
});
afterEach(() => stack.disposeAsync());

function open(loadConfig: LoadKubeConfig = fake.configFor(), limits: Partial<ClientLimits> = {}): ApiClient {
  const client = createApiClient(loadConfig, limits);
  stack.defer(() => client.close());
  return client;
}

const { signal } = new AbortController();
const list = { method: 'GET', path: '/api/v1/namespaces/runs/pods', signal } as const;
const CLIENT_CERTIFICATE = {
  certFile: certificatePath('client.crt'),
  keyFile: certificatePath('client.key'),
};

test('requests in a row use one connection', async () => {
  const client = open();
  for (let i = 0; i < 5; i += 1) await client.send(list);
  expect(new Set(fake.requests.map(({ port }) => port)).size).toBe(1);
  client.close();
  await expect.poll(() => fake.connections()).toBe(0);
});

test('requests in a row use one TLS connection, also with a CA and a client certificate', async () => {
  const tls = stack.use(await FakeKubernetes.start({ isTls: true }));
  const client = open(tls.configFor(CLIENT_CERTIFICATE));
  for (let i = 0; i < 5; i += 1) await client.send(list);
  expect(new Set(tls.requests.map(({ port }) => port)).size).toBe(1);
});

test('a client certificate authenticates requests and opened responses', async () => {
  const tls = stack.use(await FakeKubernetes.start({ isTls: true }));
  const client = open(tls.configFor(CLIENT_CERTIFICATE));
  await client.send(list);
  (await client.open(list)).destroy();
  expect(tls.requests.map(({ certificateName }) => certificateName)).toEqual(['client', 'client']);
});

test('a server whose certificate is not signed by the CA is refused', async () => {
  const tls = stack.use(await FakeKubernetes.start({ isTls: true }));
  const withoutCa: LoadKubeConfig = () => {
    const config = tls.configFor()();
    config.clusters = config.clusters.map(({ caFile: _, ...rest }) => rest);
    return config;
  };
  const error = await open(withoutCa)
    .open(list)
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(/certificate/);
  expect(tls.requests).toEqual([]);
});

test('requests go through the proxy of the kubeconfig', async () => {
  const targets: string[] = [];
  const proxy = createServer().on('connect', ({ url }, socket: Socket) => {
    targets.push(`${url}`);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const server = connect(fake.port, '127.0.0.1');
    socket.pipe(server).pipe(socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  stack.defer(() => void proxy.close());
  const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const proxied: LoadKubeConfig = () => {
    const config = fake.configFor()();
    config.clusters = config.clusters.map((cluster) => ({ ...cluster, proxyUrl }));
    return config;
  };
  await open(proxied).send(list);
  expect(targets).toEqual([`127.0.0.1:${fake.port}`]);
  expect(fake.requests).toHaveLength(1);
});

test('an aborted request fails at once and is not retried', async () => {
  const abort = new AbortController();
  fake.intercept = () => {
    abort.abort();
    return { status: 503 };
  };
  await expect(open().send({ ...list, signal: abort.signal })).rejects.toThrow();
  expect(fake.requests).toHaveLength(1);
});

test("an error contains the API server's message, shortened", async () => {
  fake.intercept = () => ({ status: 422, body: { reason: 'Invalid', message: 'x'.repeat(5_000) } });
  const error = await open()
    .send(list)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ status: 422, reason: 'Invalid' });
  expect(String(error).length).toBeLessThan(1_100);
});

test('a response that is longer than the bound is refused', async () => {
  fake.intercept = () => ({ status: 200, body: { items: 'x'.repeat(2_000) } });
  const client = open(undefined, { responseBytesMax: 1_000 });
  await expect(client.send(list)).rejects.toThrow('longer than 1000 bytes');
});

test.each(['silent', 'half'] as const)(
  'a response that stays %s is given up and requested again',
  async (fault) => {
    fake.intercept = () => (fake.requests.length === 1 ? fault : undefined);
    const { status } = await open(undefined, { deadlineMs: 150 }).send(list);
    expect([status, fake.requests.length]).toEqual([200, 2]);
  },
);

test('a stream whose head does not arrive is given up', async () => {
  fake.intercept = () => 'silent';
  await expect(open(undefined, { deadlineMs: 50 }).open(list)).rejects.toThrow('no response within 50 ms');
});

test('a stream has no deadline once its head has arrived', async () => {
  const client = open(undefined, { deadlineMs: 50 });
  const response = await client.open({ ...list, path: `${list.path}?watch=true&timeoutSeconds=1` });
  let size = 0;
  for await (const part of response) size += part.length;
  expect(size).toBe(0);
});

test('a stream that nobody reads can be aborted', async () => {
  const abort = new AbortController();
  const path = `${list.path}?watch=true&timeoutSeconds=60`;
  const response = await open().open({ ...list, path, signal: abort.signal });
  abort.abort();
  await expect.poll(() => response.destroyed).toBe(true);
  await expect.poll(() => fake.watches).toBe(0);
});

test('a retry waits as long as the API server asks', async () => {
  fake.intercept = () =>
    fake.requests.length === 1 ? { status: 429, headers: { 'retry-after': '1' } } : undefined;
  const sinceMs = performance.now();
  await open().send(list);
  expect(performance.now() - sinceMs).toBeGreaterThan(990);
});

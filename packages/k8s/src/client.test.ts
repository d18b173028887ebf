import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiClient, createApiClient } from './client.ts';
import { type ClusterAccess, podAccess } from './cluster-access.ts';
import { kubeconfigAccess } from './kubeconfig.ts';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';

let fake: FakeKubernetes;
let folder: string;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  fake = await FakeKubernetes.start();
  folder = await mkdtemp(join(tmpdir(), 'k8s-client-'));
  stack = new AsyncDisposableStack();
  stack.use(fake);
  stack.defer(() => rm(folder, { recursive: true, force: true }));
});
afterEach(() => stack.disposeAsync());

function open(access: ClusterAccess = fake.access): ApiClient {
  const client = createApiClient(access);
  stack.defer(() => client.close());
  return client;
}

const { signal } = new AbortController();
const list = { method: 'GET', path: '/api/v1/namespaces/runs/pods', signal } as const;

async function podFiles(token: string): Promise<ClusterAccess> {
  await writeFile(join(folder, 'token'), `${token}\n`);
  await writeFile(join(folder, 'ca.crt'), 'the CA');
  await writeFile(join(folder, 'namespace'), 'aideator\n');
  return podAccess({ host: '10.0.0.1', port: '443' }, folder);
}

test("a pod's access comes from its service account, also over IPv6", async () => {
  expect(await podFiles('one')).toMatchObject({
    server: 'https://10.0.0.1:443',
    tls: { ca: 'the CA' },
    namespace: 'aideator',
  });
  expect((await podAccess({ host: 'fd00::1', port: '443' }, folder)).server).toBe('https://[fd00::1]:443');
});

test('a token that was replaced is read again as soon as the old one is refused', async () => {
  const { token } = await podFiles('old');
  const client = open({ ...fake.access, ...(token ? { token } : {}) });
  await client.json(list);
  await podFiles('new');
  fake.intercept = ({ authorization }) => (authorization === 'Bearer old' ? { status: 401 } : undefined);
  await client.json(list);
  expect(fake.requests.map(({ authorization }) => authorization)).toEqual([
    'Bearer old',
    'Bearer old',
    'Bearer new',
  ]);
});

test('a token that is refused for good fails after one more try', async () => {
  const { token } = await podFiles('old');
  fake.intercept = () => ({ status: 401 });
  const client = open({ ...fake.access, ...(token ? { token } : {}) });
  await expect(client.json(list)).rejects.toMatchObject({ status: 401 });
  expect(fake.requests).toHaveLength(2);
});

test('calls one after the other use one connection', async () => {
  const client = open();
  for (let i = 0; i < 5; i += 1) await client.json(list);
  expect(new Set(fake.requests.map(({ port }) => port)).size).toBe(1);
  client.close();
  await expect.poll(() => fake.connections()).toBe(0);
});

test('an aborted call fails at once and is not tried again', async () => {
  const abort = new AbortController();
  fake.intercept = () => {
    abort.abort();
    return { status: 503 };
  };
  await expect(open().json({ ...list, signal: abort.signal })).rejects.toThrow();
  expect(fake.requests).toHaveLength(1);
});

test('an error carries what the API server says, cut', async () => {
  fake.intercept = () => ({ status: 422, body: { reason: 'Invalid', message: 'x'.repeat(5_000) } });
  const error = await open()
    .json(list)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ status: 422, reason: 'Invalid' });
  expect(String(error).length).toBeLessThan(1_100);
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const kubeconfig = (user: object, cluster: object = {}): string =>
  JSON.stringify({
    'current-context': 'b',
    contexts: [
      { name: 'a', context: { cluster: 'a', user: 'a' } },
      { name: 'b', context: { cluster: 'b', user: 'b', namespace: 'runs' } },
    ],
    clusters: [
      { name: 'a', cluster: { server: 'https://a.example' } },
      { name: 'b', cluster: { server: 'https://b.example:6443/', ...cluster } },
    ],
    users: [
      { name: 'a', user: { token: 'of a' } },
      { name: 'b', user },
    ],
  });

async function accessOf(text: string, context?: string): Promise<ClusterAccess> {
  const path = join(folder, 'config');
  await writeFile(path, text);
  return kubeconfigAccess(path, context);
}

test("a kubeconfig's certificates come from its data or from files beside it", async () => {
  await writeFile(join(folder, 'client.key'), 'the key');
  const user = { 'client-certificate-data': base64('the certificate'), 'client-key': 'client.key' };
  const cluster = { 'certificate-authority-data': base64('the CA'), 'tls-server-name': 'kubernetes' };
  expect(await accessOf(kubeconfig(user, cluster))).toEqual({
    server: 'https://b.example:6443',
    tls: { ca: 'the CA', cert: 'the certificate', key: 'the key', servername: 'kubernetes' },
    namespace: 'runs',
  });
});

test("a kubeconfig's token is its own or that of a file, and another context can be chosen", async () => {
  await writeFile(join(folder, 'token'), 'from a file\n');
  expect(await (await accessOf(kubeconfig({ tokenFile: 'token' }))).token?.get()).toBe('from a file');
  expect(await (await accessOf(kubeconfig({}), 'a')).token?.get()).toBe('of a');
});

test('a kubeconfig without such a context, or whose user needs another program, is refused with the reason', async () => {
  await expect(accessOf(kubeconfig({}), 'c')).rejects.toThrow('no context named "c"');
  await expect(accessOf(kubeconfig({ exec: { command: 'aws' } }))).rejects.toThrow('needs another program');
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ApiClient, createApiClient } from './client.ts';
import { followLog } from './follow-log.ts';
import { type LoadKubeConfig, podKubeConfig } from './kube-config.ts';
import { createKubernetesApi } from './kubernetes-api.ts';
import { jobName, runLabels, runSelector } from './labels.ts';
import { PodWatch } from './pod-watch.ts';
import { certificatePath } from './testing/connections.ts';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import { newRun, runLines } from './testing/runs.ts';

let fake: FakeKubernetes;
let folder: string;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  fake = await FakeKubernetes.start({ isTls: true });
  folder = await mkdtemp(join(tmpdir(), 'k8s-credentials-'));
  stack = new AsyncDisposableStack();
  stack.use(fake);
  stack.defer(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await stack.disposeAsync();
});

function open(loadConfig: LoadKubeConfig): ApiClient {
  const client = createApiClient(loadConfig);
  stack.defer(() => client.close());
  return client;
}

const { signal } = new AbortController();
const list = { method: 'GET', path: '/api/v1/namespaces/runs/pods', signal } as const;
const tokens = () => fake.requests.map(({ authorization }) => authorization?.replace('Bearer ', ''));
const EXPIRED = '2020-01-01T00:00:00Z';
const VALID = '2100-01-01T00:00:00Z';

/** A user whose plugin gives `token-1`, `token-2` and so on, each with this expiry. */
async function pluginUser(expirationTimestamp: string | undefined) {
  const plugin = join(folder, 'plugin.mjs');
  const count = join(folder, 'count');
  await writeFile(
    plugin,
    `import { appendFileSync, readFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(count)}, 'x');
const token = 'token-' + readFileSync(${JSON.stringify(count)}, 'utf8').length;
console.log(JSON.stringify({ kind: 'ExecCredential', status: { token, expirationTimestamp: ${JSON.stringify(expirationTimestamp)} } }));`,
  );
  return {
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [plugin] },
  };
}

async function pluginRuns(): Promise<number> {
  const count = join(folder, 'count');
  return existsSync(count) ? (await readFile(count, 'utf8')).length : 0;
}

/** The files of a pod's service account; the API server is the fake one. */
async function podConfig(token: string): Promise<LoadKubeConfig> {
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '127.0.0.1');
  vi.stubEnv('KUBERNETES_SERVICE_PORT', String(fake.port));
  const directory = join(folder, 'var/run/secrets/kubernetes.io/serviceaccount');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'token'), `${token}\n`);
  await writeFile(join(directory, 'ca.crt'), await readFile(certificatePath('ca.crt')));
  return podKubeConfig(folder);
}

test('a pod uses the token and the CA of its service account', async () => {
  await open(await podConfig('one')).send(list);
  expect(tokens()).toEqual(['one']);
});

test('the address of a pod may be IPv6', async () => {
  const load = await podConfig('one');
  vi.stubEnv('KUBERNETES_SERVICE_HOST', 'fd00::1');
  expect(load().getCurrentCluster()?.server).toBe(`https://[fd00::1]:${fake.port}`);
});

test('a pod token that was rotated is read again as soon as the old one is refused', async () => {
  const client = open(await podConfig('old'));
  await client.send(list);
  await podConfig('new');
  fake.intercept = ({ authorization }) => (authorization === 'Bearer old' ? { status: 401 } : undefined);
  await client.send(list);
  (await client.open(list)).destroy();
  expect(tokens()).toEqual(['old', 'old', 'new', 'new']);
});

test('credentials that are refused for good fail after one more try', async () => {
  fake.intercept = () => ({ status: 401 });
  await expect(open(await podConfig('old')).send(list)).rejects.toMatchObject({ status: 401 });
  expect(fake.requests).toHaveLength(2);
});

test('a plugin is run again only when its token has expired', async () => {
  const valid = open(fake.configFor(await pluginUser(VALID)));
  await valid.send(list);
  await valid.send(list);
  expect(tokens()).toEqual(['token-1', 'token-1']);
  const expired = open(fake.configFor(await pluginUser(EXPIRED)));
  await expired.send(list);
  await expired.send(list);
  expect(tokens().slice(2)).toEqual(['token-2', 'token-3']);
});

test('concurrent requests share one run of a plugin, also when all are refused', async () => {
  const client = open(fake.configFor(await pluginUser(VALID)));
  await Promise.all(Array.from({ length: 6 }, () => client.send(list)));
  expect(await pluginRuns()).toBe(1);
  fake.intercept = ({ authorization }) => (authorization === 'Bearer token-1' ? { status: 401 } : undefined);
  await Promise.all(Array.from({ length: 6 }, () => client.send(list)));
  expect(await pluginRuns()).toBe(2);
});

test('the log follower continues with a renewed token after its token has expired', async () => {
  const run = newRun();
  const pod = `${jobName(run)}-pod`;
  const labels = runLabels(run, 'test');
  fake.jobs.set(jobName(run), { metadata: { name: jobName(run), uid: 'u', resourceVersion: '1', labels } });
  fake.setPod(jobName(run), { phase: 'Running' });
  const used = new Set<string>();
  // Like an API server: a token counts until it expires, here after one request.
  fake.intercept = ({ authorization = '' }) => {
    if (used.has(authorization)) return { status: 401 };
    used.add(authorization);
    return undefined;
  };
  const log = fake.log(pod);
  const lines = runLines(run, ['a', 'b', 'c']);
  log.add(...lines);
  log.faults = [{ type: 'reset', afterLines: 2 }];
  const client = open(fake.configFor(await pluginUser(VALID)));
  const seen: string[] = [];
  const follower = followLog({
    api: createKubernetesApi(client, { namespace: 'runs', selector: runSelector('test') }),
    run,
    pod,
    over: signal,
    signal,
    times: { silenceMs: 30_000, drainMs: 30_000, giveUpMs: 60_000 },
    log: () => {},
  });
  for await (const { text } of follower) seen.push(text);
  expect(seen).toEqual(lines);
  expect(tokens()).toEqual(['token-1', 'token-1', 'token-2']);
});

test('the watch continues with a renewed token after its token has expired', async () => {
  const run = newRun();
  const name = jobName(run);
  fake.jobs.set(name, {
    metadata: { name, uid: name, resourceVersion: '1', labels: runLabels(run, 'test') },
  });
  const client = open(fake.configFor(await pluginUser(VALID)));
  const api = createKubernetesApi(client, { namespace: 'runs', selector: runSelector('test') });
  const watch = new PodWatch({ api, relistMs: 600_000, log: () => {} });
  stack.defer(() => watch.close());
  const pods = watch.track(run);
  await expect.poll(() => fake.watches).toBe(1);
  fake.intercept = ({ authorization }) => (authorization === 'Bearer token-1' ? { status: 401 } : undefined);
  fake.dropWatches();
  fake.setPod(name, { phase: 'Running' });
  await expect.poll(() => pods.pods.map(({ phase }) => phase)).toEqual(['Running']);
  // List, watch, the watch that is refused, and the one in its place: no new list.
  expect(tokens()).toEqual(['token-1', 'token-1', 'token-1', 'token-2']);
});

test('the error of a failing plugin contains its output, and the plugin runs again for the next request', async () => {
  const plugin = join(folder, 'failing.mjs');
  await writeFile(plugin, "console.error('log in first'); process.exit(1);");
  const exec = { command: process.execPath, args: [plugin] };
  const client = open(fake.configFor({ exec }));
  await expect(client.open(list)).rejects.toThrow('no credentials for Kubernetes: log in first');
  await writeFile(plugin, "console.log('{}');");
  await expect(client.open(list)).rejects.toThrow('no credentials for Kubernetes');
  await writeFile(plugin, 'console.log(\'{"status":{"token":"good"}}\');');
  (await client.open(list)).destroy();
  expect(tokens()).toEqual(['good']);
});

test('a plugin that is not installed is named', async () => {
  const exec = { command: join(folder, 'no-such-plugin') };
  await expect(open(fake.configFor({ exec })).open(list)).rejects.toThrow('no-such-plugin');
});

/** Counts how often a config is loaded. */
function counted(load: LoadKubeConfig): { load: LoadKubeConfig; count: () => number } {
  const spy = vi.fn(load);
  return { load: spy, count: () => spy.mock.calls.length };
}

const jwt = (claims: object): string =>
  [{ alg: 'none' }, claims, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');

test('after a refusal the config is loaded again, but not for OIDC, whose refresh token is only in memory', async () => {
  fake.intercept = () => ({ status: 401 });
  const token = counted(fake.configFor({ token: 'refused' }));
  await expect(open(token.load).send(list)).rejects.toMatchObject({ status: 401 });
  expect(token.count()).toBe(2);
  const idToken = jwt({ exp: Date.parse(VALID) / 1_000 });
  const oidc = counted(fake.configFor({ authProvider: { name: 'oidc', config: { 'id-token': idToken } } }));
  await expect(open(oidc.load).send(list)).rejects.toMatchObject({ status: 401 });
  expect(oidc.count()).toBe(1);
  expect(tokens().slice(2)).toEqual([idToken, idToken]);
});

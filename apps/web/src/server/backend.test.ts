import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeKubernetes } from '@aideator/k8s/testing/fake-kubernetes';
import { newRun } from '@aideator/k8s/testing/runs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const SETTINGS = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://127.0.0.1:9/none',
  AUTH_SECRET: 's'.repeat(32),
  NEXTAUTH_URL: 'http://localhost:3000',
  ENCRYPTION_KEYS: '1:none',
  LITELLM_BASE_URL: 'http://127.0.0.1:9',
  BACKEND: 'kubernetes',
  CALLBACK_URL: 'http://web:3001',
  RUNS_NAMESPACE: 'runs',
  RUNNER_IMAGE: 'runner:1',
};
const log = { debug() {}, info() {}, warn() {}, error() {} };

let fake: FakeKubernetes;
let kubeconfig: string;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  fake = stack.use(await FakeKubernetes.start());
  const dir = await mkdtemp(join(tmpdir(), 'aideator-backend-'));
  stack.defer(() => rm(dir, { recursive: true }));
  kubeconfig = join(dir, 'kubeconfig');
  const one = { name: 'one' };
  const config = {
    'current-context': 'one',
    contexts: [{ ...one, context: { cluster: 'one', user: 'one' } }],
    clusters: [{ ...one, cluster: { server: fake.url, 'insecure-skip-tls-verify': true } }],
    users: [{ ...one, user: {} }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await stack.disposeAsync();
});

/** The backend of an installation with these settings. */
async function backendOf(settings: Record<string, string>) {
  const all = { ...SETTINGS, KUBECONFIG: kubeconfig, ...settings };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  // Settings are read once per import.
  vi.resetModules();
  const { createBackend } = await import('./backend.ts');
  const backend = await createBackend('http://web:3001', log);
  stack.defer(() => backend.close());
  return backend;
}

test('two installations that share a namespace for runs neither see nor sweep the Jobs of each other', async () => {
  const blue = await backendOf({ RUNS_INSTANCE: 'blue' });
  const green = await backendOf({ RUNS_INSTANCE: 'green' });
  const run = newRun();
  await blue.start(run);
  expect(await green.list()).toEqual([]);
  await green.sweep?.(async (runs) => runs);
  expect(await blue.list()).toEqual([{ runId: run.runId, attempt: 1 }]);
});

test.each(['-a', 'a-', 'a b', 'a'.repeat(64)])(
  'refuses to start with the instance "%s", which is not a label value',
  async (name) => {
    await expect(backendOf({ RUNS_INSTANCE: name })).rejects.toThrow('Invalid environment variables');
  },
);

/** Starts a run with these settings and returns its Job. */
async function jobOf(settings: Record<string, string>) {
  const backend = await backendOf(settings);
  await backend.start(newRun());
  return fake.requests.find(({ method }) => method === 'POST')?.body;
}

test('every job setting of the environment ends up in the Job', async () => {
  const tolerations = [{ key: 'runs', operator: 'Exists', effect: 'NoSchedule' }];
  const job = await jobOf({
    RUNNER_NODE_SELECTOR: '{"pool":"runs","example.org/zone":""}',
    RUNNER_TOLERATIONS: JSON.stringify(tolerations),
    RUNNER_PRIORITY_CLASS: 'low',
    RUNNER_RUNTIME_CLASS: 'gvisor',
    RUNNER_LABELS: '{"example.org/team":"a"}',
    RUNNER_ANNOTATIONS: '{"example.org/note":"any text: {}"}',
    RUNNER_IMAGE_PULL_SECRETS: '["registry"]',
    RUNNER_SERVICE_ACCOUNT: 'runner',
    RUNNER_MEMORY_LIMIT: '512Mi',
  });
  const metadata = {
    labels: { 'example.org/team': 'a' },
    annotations: { 'example.org/note': 'any text: {}' },
  };
  const spec = {
    nodeSelector: { pool: 'runs', 'example.org/zone': '' },
    tolerations,
    priorityClassName: 'low',
    runtimeClassName: 'gvisor',
    imagePullSecrets: [{ name: 'registry' }],
    serviceAccountName: 'runner',
    containers: [{ resources: { limits: { memory: '512Mi', 'ephemeral-storage': '64Mi' } } }],
  };
  expect(job).toMatchObject({ metadata, spec: { template: { metadata, spec } } });
});

test.each([
  ['RUNNER_NODE_SELECTOR', 'pool=runs', 'RUNNER_NODE_SELECTOR: must be JSON'],
  ['RUNNER_NODE_SELECTOR', '["runs"]', 'RUNNER_NODE_SELECTOR: Invalid input: expected record'],
  ['RUNNER_NODE_SELECTOR', '{"pool":1}', 'RUNNER_NODE_SELECTOR.pool: Invalid input: expected string'],
  ['RUNNER_TOLERATIONS', '[{"keyy":"runs"}]', 'RUNNER_TOLERATIONS.0: Unrecognized key: "keyy"'],
  ['RUNNER_TOLERATIONS', '[{"operator":"Sometimes"}]', 'RUNNER_TOLERATIONS.0.operator: Invalid option'],
  ['RUNNER_PRIORITY_CLASS', 'Very Low', 'RUNNER_PRIORITY_CLASS: must be a name'],
  ['RUNNER_RUNTIME_CLASS', '-', 'RUNNER_RUNTIME_CLASS: must be a name'],
  ['RUNNER_LABELS', '{"a b":"c"}', 'RUNNER_LABELS.a b: Invalid key'],
  ['RUNNER_LABELS', '{"a/b/c":"d"}', 'RUNNER_LABELS.a/b/c: Invalid key'],
  ['RUNNER_LABELS', '{"team":"a b"}', 'RUNNER_LABELS.team: must be a label value'],
  ['RUNNER_ANNOTATIONS', JSON.stringify({ a: 'x'.repeat(270_000) }), 'RUNNER_ANNOTATIONS: is longer'],
  ['RUNNER_IMAGE_PULL_SECRETS', '"registry"', 'RUNNER_IMAGE_PULL_SECRETS: Invalid input: expected array'],
])('refuses to start with %s=%s and gives the reason', async (name, value, fault) => {
  await expect(backendOf({ [name]: value })).rejects.toThrow(`Invalid environment variables: ${fault}`);
});

test('an error about the environment never shows the value of a variable', async () => {
  const error = await backendOf({ AUTH_SECRET: 'too-short-secret' }).catch((thrown: unknown) =>
    String(thrown),
  );
  expect(error).toContain('AUTH_SECRET');
  expect(error).not.toContain('too-short-secret');
});

test('the context of the kubeconfig can be chosen', async () => {
  await expect(backendOf({ KUBECONFIG_CONTEXT: 'two' })).rejects.toThrow(
    'there is no context "two"; it has "one"',
  );
  expect(await (await backendOf({ KUBECONFIG_CONTEXT: 'one' })).list()).toEqual([]);
});

test('the local backend never loads the Kubernetes client', async () => {
  const loaded = vi.fn();
  vi.doMock('@kubernetes/client-node', (original) => {
    loaded();
    return original();
  });
  stack.defer(() => vi.doUnmock('@kubernetes/client-node'));
  const local = await backendOf({ BACKEND: 'local', RUNNER_PATH: '/none.mjs', LOCAL_PREWARMED_RUNNERS: '0' });
  expect(await local.list()).toEqual([]);
  expect(loaded).not.toHaveBeenCalled();
  await backendOf({});
  expect(loaded).toHaveBeenCalled();
});

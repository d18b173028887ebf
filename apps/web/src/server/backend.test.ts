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
    clusters: [{ ...one, cluster: { server: fake.access.server } }],
    users: [{ ...one, user: {} }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await stack.disposeAsync();
});

/** Of an installation with these settings. */
async function backendOf(settings: Record<string, string>) {
  const all = { ...SETTINGS, KUBECONFIG: kubeconfig, ...settings };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  // Settings are read once.
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
  'refuses "%s", which is no label, at the start',
  async (name) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    await expect(backendOf({ RUNS_INSTANCE: name })).rejects.toThrow('Invalid environment variables');
  },
);

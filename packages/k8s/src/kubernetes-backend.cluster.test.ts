import { env } from 'node:process';
import { newId } from '@aideator/contract/ids';
import { isTerminalEvent } from '@aideator/contract/run-event';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createKubernetesBackend,
  type KubernetesBackend,
  type KubernetesBackendOptions,
} from './kubernetes-backend.ts';
import { jobName } from './labels.ts';
import { type RunServer, startRunServer } from './testing/run-server.ts';
import { collect, newRun, parseLines, untilText } from './testing/runs.ts';
import { TestNamespace } from './testing/test-namespace.ts';

const { KUBECONFIG = '', TEST_RUNNER_IMAGE = 'aideator/runner:dev', TEST_HOST = '198.18.0.1' } = env;
/** A response of about 3 s. */
const WORDS = Array.from({ length: 150 }, (_, i) => `Wort-${i} 😀 `);
const TEXT = WORDS.join('');

let namespace: TestNamespace;
let server: RunServer;
const stack = new AsyncDisposableStack();
beforeAll(async () => {
  if (KUBECONFIG === '') throw new Error('KUBECONFIG names no cluster to test with');
  namespace = stack.use(await TestNamespace.create(KUBECONFIG));
  server = stack.use(await startRunServer({ host: TEST_HOST, words: WORDS, wordMs: 20 }));
});
afterAll(() => stack.disposeAsync());

let backends: KubernetesBackend[];
beforeEach(() => {
  backends = [];
});
afterEach(async () => {
  await open().sweep(async (runs) => runs);
  await Promise.all(backends.map((backend) => backend.close()));
  await expect.poll(() => namespace.pods(), { timeout: 30_000 }).toEqual([]);
});

function open(options: Partial<KubernetesBackendOptions> = {}): KubernetesBackend {
  const backend = createKubernetesBackend({
    loadConfig: namespace.loadConfig,
    namespace: namespace.name,
    instance: 'aideator',
    image: TEST_RUNNER_IMAGE,
    callbackUrl: server.callbackUrl,
    ...options,
  });
  backends.push(backend);
  return backend;
}

test('four runs are four Jobs that respond in parallel and leave nothing behind', async () => {
  const backend = open();
  const runs = [1, 2, 3, 4].map((i) => newRun({ model: `provider/model-${i}` }));
  const turnId = newId('turn');
  await Promise.all(runs.map((run) => backend.start({ ...run, turnId })));
  const all = Promise.all(runs.map((run) => collect(backend, run)));
  await expect.poll(() => server.openReplies, { timeout: 30_000 }).toBe(4);
  const jobs = await namespace.jobs();
  const pods = await namespace.pods();
  expect(jobs.map(({ metadata }) => metadata)).toEqual(
    expect.arrayContaining(
      runs.map((run) =>
        expect.objectContaining({
          name: jobName(run),
          labels: expect.objectContaining({
            'app.kubernetes.io/managed-by': 'aideator',
            'aideator/run': run.runId,
            'aideator/turn': turnId,
            'aideator/attempt': '1',
            'aideator/model': run.model.replace('/', '-'),
          }),
        }),
      ),
    ),
  );
  expect(pods).toHaveLength(4);
  for (const { spec } of pods) {
    expect(spec).not.toHaveProperty('volumes');
    expect(spec).toHaveProperty('containers.0.resources.limits.memory', '256Mi');
  }
  expect((await backend.list()).map(({ runId }) => runId).sort()).toEqual(
    runs.map(({ runId }) => runId).sort(),
  );
  for (const [i, { lines, exits }] of (await all).entries()) {
    const { text, seqs, last } = parseLines(lines);
    expect(text).toBe(TEXT);
    expect(server.texts.get(runs[i]?.runId ?? '')).toBe(TEXT);
    expect(seqs).toEqual(seqs.map((_, seq) => seq));
    expect(last).toMatchObject({ type: 'completed', recorded: true });
    expect(exits).toEqual([{ type: 'exit', exitCode: 0 }]);
  }
  expect(await backend.list()).toEqual([]);
  await Promise.all(runs.map((run) => backend.forget(run)));
  await expect.poll(() => namespace.jobs(), { timeout: 10_000 }).toEqual([]);
});

test('cancel ends the gateway call, hands over the text so far, and removes the pod within 3 s', async () => {
  const backend = open();
  const run = newRun();
  await backend.start(run);
  await untilText(backend, run, 'Wort-10 ');
  const all = collect(backend, run);
  const sinceMs = performance.now();
  await backend.cancel(run);
  const stoppedMs = performance.now() - sinceMs;
  expect(await namespace.pods()).toEqual([]);
  expect(stoppedMs).toBeLessThan(3_000);
  expect(server.openReplies).toBe(0);
  const { lines, exits } = await all;
  const { text, last } = parseLines(lines);
  expect(last && isTerminalEvent(last) && last.type).toBe('cancelled');
  expect(server.texts.get(run.runId)).toBe(text);
  expect(exits).toEqual([{ type: 'exit', exitCode: 2 }]);
});

test('another instance adopts a run in the middle of its response and gets the whole text', async () => {
  const first = open();
  const run = newRun();
  await first.start(run);
  await untilText(first, run, 'Wort-40 ');
  await first.close();
  const second = open();
  expect(await second.list()).toEqual([{ runId: run.runId, attempt: 1 }]);
  const { lines, exits } = await collect(second, run);
  expect(parseLines(lines).text).toBe(TEXT);
  expect(server.texts.get(run.runId)).toBe(TEXT);
  expect(exits).toEqual([{ type: 'exit', exitCode: 0 }]);
});

test('an image that does not exist ends the run with that reason', async () => {
  const backend = open({ image: 'registry.invalid/aideator/runner:none' });
  const run = newRun();
  await backend.start(run);
  expect((await collect(backend, run)).exits).toEqual([
    {
      type: 'exit',
      exitCode: null,
      error: {
        code: 'run_start_failed',
        detail: expect.stringContaining('registry.invalid/aideator/runner'),
      },
    },
  ]);
});

test('a runner that exceeds its memory limit ends with that reason', async () => {
  const memory = { requests: { memory: '12Mi' }, limits: { memory: '12Mi' } };
  const backend = open({ resources: memory });
  const run = newRun();
  await backend.start(run);
  expect((await collect(backend, run)).exits).toEqual([
    {
      type: 'exit',
      exitCode: 137,
      error: { code: 'runner_crashed', detail: expect.stringContaining('memory') },
    },
  ]);
});

test('if a quota allows two of four runs, two respond and two end with that reason', async () => {
  await namespace.createQuota('two', { pods: '2' });
  await expect.poll(async () => (await namespace.quotas())[0]?.status).toHaveProperty('hard.pods', '2');
  try {
    // Shorter than a response: the end of one would make room for the next.
    const backend = open({ times: { podMs: 2_000 } });
    const runs = [newRun(), newRun(), newRun(), newRun()];
    await Promise.all(runs.map((run) => backend.start(run)));
    const exits = (await Promise.all(runs.map((run) => collect(backend, run)))).map((each) => each.exits[0]);
    expect(exits.filter((exit) => exit?.exitCode === 0)).toHaveLength(2);
    expect(exits.filter((exit) => exit?.error).map((exit) => exit?.error)).toEqual(
      Array(2).fill({ code: 'run_start_failed', detail: expect.stringContaining('quota') }),
    );
  } finally {
    await namespace.deleteQuota('two');
  }
});

test('a quota of Jobs fails the start with that reason', async () => {
  await namespace.createQuota('none', { 'count/jobs.batch': '0' });
  try {
    await expect
      .poll(async () => (await namespace.quotas())[0]?.status)
      .toHaveProperty(['hard', 'count/jobs.batch'], '0');
    await expect(open().start(newRun())).rejects.toMatchObject({
      code: 'run_start_failed',
      detail: expect.stringContaining('quota'),
    });
  } finally {
    await namespace.deleteQuota('none');
  }
});

test('a deleted pod is not recreated, its text is kept, and other runs continue', async () => {
  const backend = open();
  const [deleted, other] = [newRun(), newRun()];
  await Promise.all([backend.start(deleted), backend.start(other)]);
  await Promise.all([untilText(backend, deleted, 'Wort-5 '), untilText(backend, other, 'Wort-5 ')]);
  const both = Promise.all([collect(backend, deleted), collect(backend, other)]);
  const pods = await namespace.pods();
  const names = pods.map(({ metadata }) => metadata?.name ?? '');
  await namespace.deletePod(names.find((name) => name.startsWith(jobName(deleted))) ?? '');
  const [ended, whole] = await both;
  // The runner gets SIGTERM, as with a cancel, and has the time to hand over.
  expect(parseLines(ended.lines).last).toMatchObject({ type: 'cancelled', recorded: true });
  expect(server.texts.get(deleted.runId)).toBe(parseLines(ended.lines).text);
  expect(ended.exits).toEqual([{ type: 'exit', exitCode: 2 }]);
  expect(parseLines(whole.lines).text).toBe(TEXT);
  expect(await backend.list()).toEqual([]);
});

test('Kubernetes removes a finished Job that was not deleted', async () => {
  const backend = open({ ttlSecondsAfterFinished: 1 });
  const run = newRun();
  await backend.start(run);
  expect((await collect(backend, run)).exits).toEqual([{ type: 'exit', exitCode: 0 }]);
  await expect.poll(() => namespace.jobs(), { timeout: 30_000 }).toEqual([]);
  expect((await collect(backend, run)).exits).toMatchObject([{ error: { code: 'interrupted' } }]);
});

test('a setting that Kubernetes refuses fails the start', async () => {
  const backend = open({ tolerations: [{ key: 'runs', operator: 'Sometimes' }] });
  await expect(backend.start(newRun())).rejects.toMatchObject({ code: 'run_start_failed' });
});

test('Kubernetes ends a run at its deadline, and the reason is the timeout', async () => {
  const backend = open({ image: 'registry.invalid/aideator/runner:none', graceSeconds: 0 });
  const run = newRun({ timeoutSeconds: 2 });
  await backend.start(run);
  expect((await collect(backend, run)).exits).toMatchObject([{ error: { code: 'run_timeout' } }]);
});

import { errorFacts, logFacts } from '@aideator/contract/error-facts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createKubernetesBackend,
  type KubernetesBackend,
  type KubernetesBackendOptions,
} from './kubernetes-backend.ts';
import { jobName } from './labels.ts';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import { collect, newRun, runLine, runLines } from './testing/runs.ts';

let fake: FakeKubernetes;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  fake = await FakeKubernetes.start();
  stack = new AsyncDisposableStack();
  stack.use(fake);
});
afterEach(() => stack.disposeAsync());

function open(options: Partial<KubernetesBackendOptions> = {}): KubernetesBackend {
  const backend = createKubernetesBackend({
    loadConfig: fake.configFor(),
    namespace: 'runs',
    instance: 'aideator',
    image: 'runner:1',
    callbackUrl: 'http://web/api/runner',
    ...options,
  });
  stack.defer(() => backend.close());
  return backend;
}

const RUNNING = { phase: 'Running', containerStatuses: [{ state: { running: {} } }] };
const ended = (exitCode: number, reason = 'Completed') => ({
  phase: exitCode === 0 ? 'Succeeded' : 'Failed',
  containerStatuses: [{ state: { terminated: { exitCode, reason } } }],
});

/** A started run. The test plays its pod. */
async function started(backend: KubernetesBackend) {
  const run = newRun();
  await backend.start(run);
  const job = jobName(run);
  const pod = `${job}-pod`;
  return { run, job, pod, log: fake.log(pod) };
}

const posts = () => fake.requests.filter(({ method }) => method === 'POST');

test('yields all lines of a run, then its exit code', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  const lines = runLines(run, ['a', 'b']);
  const all = collect(backend, run);
  fake.setPod(job, { phase: 'Pending' });
  fake.setPod(job, RUNNING);
  log.add(...lines);
  await expect.poll(() => log.requests.length).toBe(1);
  fake.setPod(job, ended(0));
  log.end();
  expect(await all).toEqual({ lines, exits: [{ type: 'exit', exitCode: 0 }] });
});

test('another instance follows a run from its first line, even after its end', async () => {
  const [first, second] = [open(), open()];
  const { run, job, log } = await started(first);
  const lines = runLines(run, ['a', 'b', 'c']);
  fake.setPod(job, RUNNING);
  log.add(...lines.slice(0, 3));
  const abort = new AbortController();
  const begun: unknown[] = [];
  for await (const event of first.follow(run, abort.signal)) {
    begun.push(event);
    if (begun.length === 3) abort.abort();
  }
  expect(begun).toHaveLength(3);
  const adopted = collect(second, run);
  log.add(...lines.slice(3));
  log.end();
  fake.setPod(job, ended(0));
  const whole = { lines, exits: [{ type: 'exit', exitCode: 0 }] };
  expect(await adopted).toEqual(whole);
  expect(await collect(open(), run)).toEqual(whole);
});

test('the same attempt starts only once, even concurrently and from two instances', async () => {
  const [first, second] = [open(), open()];
  const run = newRun();
  await Promise.all([first.start(run), first.start(run), second.start(run)]);
  await second.start(run);
  expect(fake.jobs.size).toBe(1);
});

test('a start is retried if the API server is busy or the connection breaks', async () => {
  const instead = ['reset', { status: 429, headers: { 'retry-after': '1' } }, { status: 503 }] as const;
  fake.intercept = () => instead[posts().length - 1];
  await open().start(newRun());
  expect([posts().length, fake.jobs.size]).toEqual([4, 1]);
});

test('a start fails after several tries, with the reason', async () => {
  fake.intercept = () => ({ status: 503, body: { reason: 'ServiceUnavailable', message: 'etcd is away' } });
  await expect(open().start(newRun())).rejects.toMatchObject({
    code: 'run_start_failed',
    detail: 'Kubernetes was too busy or not ready (503 ServiceUnavailable).',
  });
  expect(posts()).toHaveLength(4);
});

test.each([
  [403, 'jobs.batch "x" is forbidden: exceeded quota: runs, requested: count/jobs.batch=1', 'quota'],
  [
    403,
    'jobs.batch is forbidden: User "system:serviceaccount:a:b" cannot create resource',
    'may not create Jobs',
  ],
  [404, 'namespaces "runs" not found', 'does not exist'],
  [422, 'Job.batch "x" is invalid: spec.template.spec.tolerations', 'refused the Job'],
])('a refusal with %i is not retried, and its text for people is our own', async (status, message, words) => {
  fake.intercept = () => ({ status, body: { reason: 'Reason', message } });
  const logged: unknown[] = [];
  const backend = open({ log: (_, fields) => logged.push(logFacts(fields).err) });
  const error = await backend.start(newRun()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'run_start_failed', detail: expect.stringContaining(words) });
  expect(error).not.toMatchObject({ detail: expect.stringContaining('system:') });
  expect(logged).toEqual([expect.objectContaining({ name: 'ApiError', code: `HTTP_${status}` })]);
  expect(JSON.stringify([logged, errorFacts(error)])).not.toContain(message.slice(0, 20));
  expect(posts()).toHaveLength(1);
});

test('a Job whose pod a quota refuses ends with a reason', async () => {
  const backend = open({ times: { podMs: 50 } });
  const { run } = await started(backend);
  expect((await collect(backend, run)).exits).toEqual([
    {
      type: 'exit',
      exitCode: null,
      error: { code: 'run_start_failed', detail: expect.stringContaining('quota') },
    },
  ]);
});

test('a pod that does not start in time ends the run with a reason, counted from the pod on', async () => {
  const backend = open({ times: { podMs: 60_000, startMs: 150 } });
  const { run, job } = await started(backend);
  fake.setPod(job, {
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  });
  expect((await collect(backend, run)).exits).toMatchObject([
    {
      error: {
        code: 'run_start_failed',
        detail: expect.stringMatching(/did not start within .*ContainerCreating/),
      },
    },
  ]);
});

test('a run is not reported as gone before the pods were listed', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  const lines = runLines(run, ['a']);
  log.add(...lines);
  log.end();
  fake.setPod(job, ended(0));
  const finished = fake.jobs.get(job);
  if (finished) finished.status = { conditions: [{ type: 'Complete', status: 'True' }] };
  let failures = 0;
  fake.intercept = ({ path }) => {
    if (!path.endsWith('/pods')) return undefined;
    failures += 1;
    return failures <= 2 ? 'reset' : undefined;
  };
  expect(await collect(backend, run)).toEqual({ lines, exits: [{ type: 'exit', exitCode: 0 }] });
});

test('a failure to read the Job does not end its run', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  const lines = runLines(run, ['a']);
  let refusals = 0;
  fake.intercept = ({ method, path }) => {
    if (method !== 'GET' || !path.endsWith(`/jobs/${job}`)) return undefined;
    refusals += 1;
    return { status: 403 };
  };
  const all = collect(backend, run);
  await expect.poll(() => refusals).toBeGreaterThan(0);
  log.add(...lines);
  log.end();
  fake.setPod(job, ended(0));
  expect(await all).toEqual({ lines, exits: [{ type: 'exit', exitCode: 0 }] });
});

test('an image that cannot be pulled ends the run with a reason', async () => {
  const backend = open();
  const { run, job } = await started(backend);
  const all = collect(backend, run);
  fake.setPod(job, {
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull' } } }],
  });
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "runner:1"' };
  fake.setPod(job, { phase: 'Pending', containerStatuses: [{ state: { waiting } }] });
  expect((await all).exits).toEqual([
    {
      type: 'exit',
      exitCode: null,
      error: { code: 'run_start_failed', detail: expect.stringContaining('Back-off pulling image') },
    },
  ]);
});

test('a deleted pod ends the run with a reason, after the lines that it printed', async () => {
  const backend = open();
  const { run, job, pod, log } = await started(backend);
  const lines = runLines(run, ['a', 'b']).slice(0, 2);
  fake.setPod(job, RUNNING);
  log.add(...lines);
  const all = collect(backend, run);
  await expect.poll(() => log.readers).toBe(1);
  fake.removePod(pod);
  log.end();
  expect(await all).toEqual({
    lines,
    exits: [
      { type: 'exit', exitCode: null, error: { code: 'runner_crashed', detail: 'The pod was deleted.' } },
    ],
  });
});

test('a Job that cannot be read at the end is logged, because it may hold the reason', async () => {
  const logged: unknown[] = [];
  const backend = open({ log: (message, fields) => logged.push([message, logFacts(fields).err]) });
  const { run, job, pod, log } = await started(backend);
  fake.setPod(job, RUNNING);
  log.add(runLine(run, 0, { type: 'started', model: 'test' }));
  const all = collect(backend, run);
  await expect.poll(() => log.readers).toBe(1);
  fake.intercept = ({ method, path }) =>
    method === 'GET' && path.endsWith(`/jobs/${job}`)
      ? { status: 403, body: { message: 'no right' } }
      : undefined;
  fake.removePod(pod);
  log.end();
  expect((await all).exits).toMatchObject([{ error: { code: 'runner_crashed' } }]);
  expect(JSON.stringify(logged)).not.toContain('no right');
  expect(logged).toEqual([
    ['the Job of a run could not be read', expect.objectContaining({ name: 'ApiError', code: 'HTTP_403' })],
  ]);
});

test('a runner killed for its memory ends with a reason', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  fake.setPod(job, ended(137, 'OOMKilled'));
  log.end();
  expect((await collect(backend, run)).exits).toEqual([
    {
      type: 'exit',
      exitCode: 137,
      error: { code: 'runner_crashed', detail: expect.stringContaining('memory') },
    },
  ]);
});

test('a log that can no longer be read ends with a reason', async () => {
  const backend = open({ times: { giveUpMs: 50 } });
  const { run, job, log } = await started(backend);
  log.faults = Array.from(
    { length: 50 },
    () => ({ type: 'status', status: 502, message: 'no node' }) as const,
  );
  fake.setPod(job, RUNNING);
  expect((await collect(backend, run)).exits[0]).toMatchObject({ error: { code: 'stream_broken' } });
});

test('a log that cannot be read because its node was lost ends with that reason', async () => {
  const backend = open({ times: { giveUpMs: 50, exitMs: 50 } });
  const { run, job, log } = await started(backend);
  log.faults = Array.from(
    { length: 50 },
    () => ({ type: 'status', status: 502, message: 'no node' }) as const,
  );
  fake.setPod(job, { ...RUNNING, phase: 'Unknown' });
  expect((await collect(backend, run)).exits[0]).toMatchObject({
    error: { code: 'runner_crashed', detail: 'The node of the runner was lost.' },
  });
});

test('if a Job has two pods, the pod that claimed the run is followed', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  const error = { code: 'run_claim_refused' };
  log.add(runLine(run, 0, { ...JSON.parse(TERMINAL), type: 'failed', error }));
  log.end();
  fake.setPod(job, ended(3, 'Error'));
  const lines = runLines(run, ['a', 'b']);
  fake.setPod(job, RUNNING, `${job}-second`);
  fake.log(`${job}-second`).add(...lines);
  const all = collect(backend, run);
  await expect.poll(() => fake.log(`${job}-second`).requests.length).toBe(1);
  fake.setPod(job, ended(0), `${job}-second`);
  expect(await all).toEqual({ lines, exits: [{ type: 'exit', exitCode: 0 }] });
});

const TERMINAL = JSON.stringify({ recorded: false, timings: { totalMs: 0 }, textSha256: '0'.repeat(64) });

test('a refused claim is reported if there is no other pod', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  const line = runLine(run, 0, {
    ...JSON.parse(TERMINAL),
    type: 'failed',
    error: { code: 'run_claim_refused' },
  });
  log.add(line);
  fake.setPod(job, ended(3, 'Error'));
  expect(await collect(backend, run)).toEqual({ lines: [line], exits: [{ type: 'exit', exitCode: 3 }] });
});

test('an unknown run can be cancelled and forgotten without an error, and following it reports interrupted', async () => {
  const backend = open();
  const run = newRun();
  await backend.cancel(run);
  await backend.forget(run);
  expect(await collect(backend, run)).toMatchObject({
    lines: [],
    exits: [{ error: { code: 'interrupted' } }],
  });
});

test('cancel deletes the Job with its pods and returns when they are gone', async () => {
  fake.deleteMs = 150;
  const backend = open();
  const { run, job, pod } = await started(backend);
  fake.setPod(job, RUNNING);
  await Promise.all([backend.cancel(run), backend.cancel(run)]);
  expect([fake.jobs.has(job), fake.pods.has(pod)]).toEqual([false, false]);
});

test('cancel does not wait for ever, and logs that the pod is still there', async () => {
  fake.deleteMs = 60_000;
  const logged: string[] = [];
  const backend = open({ times: { cancelMs: 100 }, log: (message) => logged.push(message) });
  const { run, job } = await started(backend);
  fake.setPod(job, RUNNING);
  await backend.cancel(run);
  expect(logged).toEqual(['the pod of a cancelled run is not gone yet']);
});

test('the token of a run never appears in a log, whatever fails', async () => {
  fake.deleteMs = 60_000;
  const logged: unknown[] = [];
  const backend = open({ times: { giveUpMs: 50, cancelMs: 50 }, log: (...message) => logged.push(message) });
  const { run, job, log } = await started(backend);
  log.faults = Array.from(
    { length: 50 },
    () => ({ type: 'status', status: 502, message: 'no node' }) as const,
  );
  fake.setPod(job, RUNNING);
  await collect(backend, run);
  await backend.cancel(run);
  fake.intercept = () => ({ status: 403, body: { message: 'forbidden' } });
  await expect(backend.start(run)).rejects.toThrow();
  expect(logged.length).toBeGreaterThan(2);
  expect(JSON.stringify(logged)).not.toContain(run.token);
});

test('list returns live runs only: no finished Job, and no Job whose pod has ended', async () => {
  const backend = open();
  const [pending, running, over, finished] = await Promise.all([1, 2, 3, 4].map(() => started(backend)));
  fake.setPod(running?.job ?? '', RUNNING);
  fake.setPod(over?.job ?? '', ended(0));
  const job = fake.jobs.get(finished?.job ?? '');
  if (job) job.status = { conditions: [{ type: 'Complete', status: 'True' }] };
  const alive = (await backend.list()).map(({ runId }) => runId).sort();
  expect(alive).toEqual([pending?.run.runId, running?.run.runId].sort());
});

test('a Job that is being deleted is neither alive nor swept again', async () => {
  const backend = open();
  const { job } = await started(backend);
  const deleted = fake.jobs.get(job);
  if (deleted) deleted.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
  expect(await backend.list()).toEqual([]);
  expect(await backend.sweep(async (runs) => runs)).toEqual([]);
});

test('sweep deletes exactly the Jobs of runs that are over or unknown', async () => {
  const backend = open();
  const [kept, over] = await Promise.all([started(backend), started(backend)]);
  const asked: string[] = [];
  const swept = await backend.sweep(async (runs) => {
    asked.push(...runs.map(({ runId }) => runId));
    return runs.filter(({ runId }) => runId === over.run.runId);
  });
  expect(asked.sort()).toEqual([kept.run.runId, over.run.runId].sort());
  expect(swept).toEqual([{ runId: over.run.runId, attempt: 1 }]);
  expect([...fake.jobs.keys()]).toEqual([kept.job]);
});

test('two installations in one namespace do not list or sweep the Jobs of each other', async () => {
  const [blue, green] = [open({ instance: 'blue' }), open({ instance: 'green' })];
  const { run, job } = await started(blue);
  fake.setPod(job, RUNNING);
  expect(await green.list()).toEqual([]);
  expect(await green.sweep(async (runs) => runs)).toEqual([]);
  expect(await blue.list()).toEqual([{ runId: run.runId, attempt: 1 }]);
});

test('no connection stays open when no run is followed', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  fake.setPod(job, RUNNING);
  log.add(runLines(run, [])[0] ?? '');
  const abort = new AbortController();
  const all = collect(backend, run, abort.signal);
  await expect.poll(() => [log.readers, fake.watches]).toEqual([1, 1]);
  abort.abort();
  expect((await all).exits).toEqual([]);
  await backend.forget(run);
  await expect.poll(() => [log.readers, fake.watches, fake.jobs.size]).toEqual([0, 0, 0]);
});

test('a follower that stops reading closes its connections', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  fake.setPod(job, RUNNING);
  log.add(runLines(run, [])[0] ?? '');
  for await (const _ of backend.follow(run, new AbortController().signal)) break;
  await expect.poll(() => [log.readers, fake.watches]).toEqual([0, 0]);
});

test('close ends all followers without an exit, closes the connections and leaves the Jobs alone', async () => {
  const backend = open();
  const { run, job, log } = await started(backend);
  fake.setPod(job, RUNNING);
  log.add(runLines(run, [])[0] ?? '');
  const all = collect(backend, run);
  await expect.poll(() => [log.readers, fake.watches]).toEqual([1, 1]);
  await backend.close();
  expect(await all).toMatchObject({ exits: [] });
  await expect.poll(() => fake.connections()).toBe(0);
  expect([fake.jobs.size, fake.pods.size]).toEqual([1, 1]);
  await expect(backend.start(newRun())).rejects.toMatchObject({ code: 'run_start_failed' });
});

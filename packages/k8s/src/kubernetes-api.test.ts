import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiClient } from './client.ts';
import { JOB_DEFAULTS, jobManifest } from './job-spec.ts';
import { createKubernetesApi, type KubernetesApi } from './kubernetes-api.ts';
import { runSelector } from './labels.ts';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import { newRun } from './testing/runs.ts';

let fake: FakeKubernetes;
let api: KubernetesApi;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  fake = stack.use(await FakeKubernetes.start());
  const client = createApiClient(fake.configFor());
  stack.defer(() => client.close());
  api = createKubernetesApi(client, { namespace: 'runs', selector: runSelector('test') });
});
afterEach(() => stack.disposeAsync());

const { signal } = new AbortController();
const lastQuery = () => Object.fromEntries(fake.requests.at(-1)?.query ?? []);

/** Creates the Job of a new run. */
async function newJob() {
  const run = newRun();
  const settings = { ...JOB_DEFAULTS, instance: 'test', image: 'runner:1', callbackUrl: 'http://web' };
  const job = jobManifest(run, settings);
  await api.createJob(job, signal);
  return { run, job, name: job.metadata.name };
}

test('a Job arrives as it was described, and fields that the API server does not know are refused', async () => {
  const { job } = await newJob();
  expect(fake.requests[0]?.body).toEqual(job);
  expect(fake.requests[0]?.path).toBe('/apis/batch/v1/namespaces/runs/jobs');
  expect(lastQuery()).toEqual({ fieldValidation: 'Strict' });
});

test('lists are read to their last page', async () => {
  const jobs = await Promise.all([newJob(), newJob(), newJob()]);
  for (const { name } of jobs) fake.setPod(name, { phase: 'Running' });
  fake.pageSize = 2;
  const names = jobs.map(({ name }) => name).sort();
  expect((await api.listJobs(signal)).map(({ name }) => name).sort()).toEqual(names);
  const { pods, resourceVersion } = await api.listPods(signal);
  expect(pods.map(({ name }) => name).sort()).toEqual(names.map((name) => `${name}-pod`));
  expect(Number(resourceVersion)).toBeGreaterThan(1_000);
  expect(lastQuery()).toMatchObject({ labelSelector: runSelector('test'), continue: '2' });
});

test('a pod has the same view in a list and in a watch', async () => {
  const { name } = await newJob();
  const { resourceVersion } = await api.listPods(signal);
  fake.setPod(name, { phase: 'Running', containerStatuses: [{ state: { running: {} } }] });
  const [listed] = (await api.listPods(signal)).pods;
  expect(listed).toMatchObject({ createdAt: '2026-01-01T00:00:00.000Z', phase: 'Running', isDeleted: false });
  const watch = await api.watchPods({ resourceVersion, timeoutSeconds: 1 }, signal);
  expect(lastQuery()).toMatchObject({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion });
  const { object } = JSON.parse(await text(watch));
  const { podView } = await import('./views.ts');
  expect(podView(object)).toEqual(listed);
});

test("a log is that of the runner's container: a sidecar that is injected must not be read", async () => {
  const { name } = await newJob();
  fake.setPod(name, { phase: 'Running' });
  fake.log(`${name}-pod`).add('a line');
  const log = await api.openLog({ pod: `${name}-pod`, follow: false, sinceSeconds: 40 }, signal);
  expect(await text(log)).toBe('a line\n');
  expect(lastQuery()).toEqual({ container: 'runner', follow: 'false', sinceSeconds: '40' });
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiClient } from './client.ts';
import { createKubernetesApi } from './kubernetes-api.ts';
import { jobName, runLabels, runSelector } from './labels.ts';
import { PodWatch } from './pod-watch.ts';
import type { RunPods } from './run-pods.ts';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import { newRun } from './testing/runs.ts';

let fake: FakeKubernetes;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  fake = await FakeKubernetes.start();
  stack = new AsyncDisposableStack();
  stack.use(fake);
});
afterEach(() => stack.disposeAsync());

function openWatch(relistMs = 600_000): PodWatch {
  const client = createApiClient(fake.configFor());
  const api = createKubernetesApi(client, { namespace: 'runs', selector: runSelector('test') });
  const watch = new PodWatch({ api, relistMs, log: () => {} });
  stack.defer(async () => {
    await watch.close();
    client.close();
  });
  return watch;
}

/** A run with a Job, so that its pods get labels. */
function newJob() {
  const run = newRun();
  const name = jobName(run);
  const labels = runLabels(run, 'test');
  fake.jobs.set(name, { metadata: { name, uid: name, resourceVersion: '1', labels } });
  return { run, name, pod: `${name}-pod` };
}

const phases = (pods: RunPods) => pods.pods.map((pod) => (pod.isGone ? 'gone' : pod.phase));
const lists = () => fake.requests.filter(({ query }) => !query.has('watch')).length;
const watching = () => expect.poll(() => fake.watches).toBe(1);

test('finds existing pods of a run and sees each change', async () => {
  const { run, name, pod } = newJob();
  fake.setPod(name, { phase: 'Pending' });
  const pods = openWatch().track(run);
  await expect.poll(() => phases(pods)).toEqual(['Pending']);
  expect(pods.isListed).toBe(true);
  await watching();
  fake.setPod(name, { phase: 'Running' });
  await expect.poll(() => phases(pods)).toEqual(['Running']);
  fake.removePod(pod);
  await expect.poll(() => phases(pods)).toEqual(['gone']);
  expect(lists()).toBe(1);
});

test('all runs share one list and one watch, and each sees only its own pods', async () => {
  const jobs = [newJob(), newJob(), newJob()];
  const watch = openWatch();
  const tracked = jobs.map(({ run }) => watch.track(run));
  await watching();
  for (const { name } of jobs) fake.setPod(name, { phase: 'Running' });
  await expect.poll(() => tracked.map(phases)).toEqual([['Running'], ['Running'], ['Running']]);
  expect(tracked.map(({ pods }) => pods[0]?.run.runId)).toEqual(jobs.map(({ run }) => run.runId));
  expect(watch.track(newRun()).isListed).toBe(true);
  expect(fake.requests).toHaveLength(2);
  expect(fake.requests[1]?.query.get('labelSelector')).toBe(runSelector('test'));
});

test('continues at the same place after a dropped watch, without a new list', async () => {
  const { run, name } = newJob();
  const pods = openWatch().track(run);
  await watching();
  fake.setPod(name, { phase: 'Pending' });
  await expect.poll(() => phases(pods)).toEqual(['Pending']);
  const seen = pods.pods[0]?.resourceVersion;
  fake.dropWatches();
  fake.setPod(name, { phase: 'Running' });
  await expect.poll(() => phases(pods)).toEqual(['Running']);
  expect(lists()).toBe(1);
  expect(fake.requests.at(-1)?.query.get('resourceVersion')).toBe(seen);
});

test('continues from a bookmark, so that the version of a quiet watch does not expire', async () => {
  const { run, name } = newJob();
  const pods = openWatch().track(run);
  await watching();
  fake.bookmark();
  fake.compact();
  fake.endWatches();
  await expect.poll(() => fake.requests.filter(({ query }) => query.has('watch')).length).toBe(2);
  fake.setPod(name, { phase: 'Running' });
  await expect.poll(() => phases(pods)).toEqual(['Running']);
  expect(lists()).toBe(1);
});

test('lists again if the version has expired, and notices deleted pods', async () => {
  const [kept, lost] = [newJob(), newJob()];
  fake.setPod(kept.name, { phase: 'Pending' });
  fake.setPod(lost.name, { phase: 'Running' });
  const watch = openWatch();
  const [keptPods, lostPods] = [watch.track(kept.run), watch.track(lost.run)];
  await watching();
  fake.isMute = true;
  fake.removePod(lost.pod);
  fake.setPod(kept.name, { phase: 'Running' });
  fake.isMute = false;
  fake.compact();
  fake.dropWatches();
  await expect.poll(() => [phases(keptPods), phases(lostPods)]).toEqual([['Running'], ['gone']]);
  expect(lists()).toBe(2);
});

test('finds changes that a silent watch did not report', async () => {
  const { run, name } = newJob();
  const pods = openWatch(200).track(run);
  await watching();
  fake.isMute = true;
  fake.setPod(name, { phase: 'Running' });
  await expect.poll(() => phases(pods), { timeout: 5_000 }).toEqual(['Running']);
  await watching();
});

test('closes a watch that does not end in time', async () => {
  const { run, name } = newJob();
  fake.watchesNeverEnd = true;
  const pods = openWatch(200).track(run);
  await watching();
  fake.isMute = true;
  fake.setPod(name, { phase: 'Running' });
  await expect.poll(() => phases(pods), { timeout: 10_000 }).toEqual(['Running']);
});

test('lists and watches again after an outage of the API server', async () => {
  const { run, name } = newJob();
  let isAway = true;
  fake.intercept = () => (isAway ? 'reset' : undefined);
  const pods = openWatch().track(run);
  await expect.poll(() => fake.requests.length, { timeout: 10_000 }).toBeGreaterThan(5);
  expect(pods.isListed).toBe(false);
  isAway = false;
  fake.setPod(name, { phase: 'Running' });
  await expect.poll(() => phases(pods), { timeout: 10_000 }).toEqual(['Running']);
});

test('closes everything when no run is tracked, and starts again with the next run', async () => {
  const { run, name } = newJob();
  fake.setPod(name, { phase: 'Running' });
  const watch = openWatch();
  const first = watch.track(run);
  const second = watch.track(run);
  await watching();
  first[Symbol.dispose]();
  expect(fake.watches).toBe(1);
  second[Symbol.dispose]();
  await expect.poll(() => fake.watches).toBe(0);
  const third = watch.track(run);
  expect(third.isListed).toBe(false);
  await expect.poll(() => phases(third)).toEqual(['Running']);
});

test('waiting for a change ends with the change, the timeout or the signal', async () => {
  const { run, name } = newJob();
  const pods = openWatch().track(run);
  await watching();
  const { signal } = new AbortController();
  const { version } = pods;
  await pods.changed(version, { ms: 1, signal });
  expect(pods.version).toBe(version);
  const changed = pods.changed(version, { signal });
  fake.setPod(name, { phase: 'Running' });
  await changed;
  expect(pods.version).toBe(version + 1);
  await pods.changed(version, { signal });
  const abort = new AbortController();
  const aborted = pods.changed(pods.version, { signal: abort.signal });
  abort.abort();
  await aborted;
});

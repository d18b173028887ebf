import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiClient } from './client.ts';
import { type FollowLogOptions, followLog, type LogEnd } from './follow-log.ts';
import { createKubernetesApi } from './kubernetes-api.ts';
import { jobName, runSelector } from './labels.ts';
import { FakeKubernetes } from './testing/fake-kubernetes.ts';
import type { FakeLog } from './testing/fake-log.ts';
import { newRun, runLine, runLines } from './testing/runs.ts';

let fake: FakeKubernetes;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  fake = await FakeKubernetes.start();
  stack = new AsyncDisposableStack();
  stack.use(fake);
});
afterEach(() => stack.disposeAsync());

/** One run with a pod whose log a test writes, and a follower of it. */
function setUp(times: Partial<FollowLogOptions['times']> = {}) {
  const client = createApiClient(fake.access);
  stack.defer(() => client.close());
  const run = newRun();
  const pod = `${jobName(run)}-pod`;
  fake.jobs.set(jobName(run), {
    metadata: { name: jobName(run), uid: 'u', resourceVersion: '1', labels: {} },
  });
  fake.setPod(jobName(run), { phase: 'Running' });
  const over = new AbortController();
  const abort = new AbortController();
  const logged: string[] = [];
  const options: FollowLogOptions = {
    api: createKubernetesApi(client, { namespace: 'runs', selector: runSelector('test') }),
    run,
    pod,
    over: over.signal,
    signal: abort.signal,
    times: { silenceMs: 30_000, drainMs: 30_000, giveUpMs: 60_000, ...times },
    log: (message) => logged.push(message),
  };
  const log: FakeLog = fake.log(pod);
  return { run, log, over, abort, logged, options };
}

async function readAll(options: FollowLogOptions): Promise<{ lines: string[]; end: LogEnd }> {
  const lines: string[] = [];
  for (const reader = followLog(options); ; ) {
    const next = await reader.next();
    if (next.done) return { lines, end: next.value };
    lines.push(next.value.text);
  }
}

const TEXTS = Array.from({ length: 80 }, (_, i) => `word ${i} `);

test('keeps every line, once and in order, when the connection is reset twenty times', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, TEXTS);
  log.faults = Array.from({ length: 20 }, () => ({ type: 'reset', afterLines: 5 }) as const);
  const seen: string[] = [];
  for (const reader = followLog(options); ; ) {
    const next = reader.next();
    log.add(...lines.slice(seen.length, seen.length + 1));
    const { value, done } = await next;
    if (done) break;
    seen.push(value.text);
  }
  expect(seen).toEqual(lines);
  expect(log.requests).toHaveLength(21);
});

test('a gap is not taken for healed while the reading that heals it is broken too', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, TEXTS);
  log.faults = Array.from({ length: 4 }, () => ({ type: 'reset', afterLines: 5 }) as const);
  log.add(...lines);
  // A reading of the last seconds begins 3 lines before the end: those between are missing in it.
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
});

test('goes on when the connection ends cleanly in the middle of an answer', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, TEXTS);
  log.faults = [
    { type: 'end', afterLines: 10 },
    { type: 'end', afterLines: 12 },
  ];
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
});

test('leaves a connection that says nothing', async () => {
  const { run, log, options, logged } = setUp({ silenceMs: 60 });
  const lines = runLines(run, TEXTS);
  log.faults = [{ type: 'silent', afterLines: 7 }];
  log.linesSince = 90;
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
  expect(logged).toEqual(['the log of a run broke off']);
});

test('waits for a container that is not made yet, and for a node that answers with an error', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, ['one']);
  log.faults = [
    { type: 'status', status: 400, message: 'container "runner" is waiting to start: ContainerCreating' },
    { type: 'status', status: 500, message: 'too many open files' },
  ];
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
});

test('after a break reads the end again and gives no line twice', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, TEXTS);
  log.linesSince = 60;
  log.faults = [{ type: 'reset', afterLines: 30 }];
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
  expect(log.requests.map(({ sinceSeconds }) => sinceSeconds !== undefined)).toEqual([false, true]);
});

test('reads the log once more from its start when lines are missing', async () => {
  const { run, log, options, logged } = setUp();
  const lines = runLines(run, TEXTS);
  log.faults = [{ type: 'without', lines: [20, 21] }];
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
  expect(logged).toEqual(['lines of a run seem to be missing']);
});

test('says so and goes on when lines stay missing', async () => {
  const { run, log, options, logged } = setUp();
  const lines = runLines(run, TEXTS);
  log.add(...lines.slice(0, 5), ...lines.slice(8));
  expect(await readAll(options)).toEqual({
    lines: [...lines.slice(0, 5), ...lines.slice(8)],
    end: 'terminal',
  });
  expect(logged).toEqual(['lines of a run seem to be missing', 'lines of a run are missing']);
  expect(log.requests).toHaveLength(2);
});

test('keeps lines of 16 KiB and leaves out what is no line of this run', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, ['x'.repeat(16 * 1024), '😀'.repeat(8_000)]);
  log.add(
    'failed to watch file: too many open files',
    `{"v":1,"runId":"${run.runId}","att`,
    'y'.repeat(70_000),
  );
  log.add(runLine({ ...run, attempt: 2 }, 0, { type: 'delta', text: 'of another attempt' }), ...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
});

test('gives lines as they come', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, ['one']);
  const reader = followLog(options);
  for (const text of lines) {
    const next = reader.next();
    log.add(text);
    expect(await next).toMatchObject({ value: { text } });
  }
  expect(await reader.next()).toEqual({ done: true, value: 'terminal' });
  await expect.poll(() => log.readers).toBe(0);
});

test('reads what is left of a pod that is over, without waiting for more', async () => {
  const { run, log, options, over } = setUp();
  const lines = runLines(run, TEXTS).slice(0, -1);
  log.add(...lines);
  over.abort();
  expect(await readAll(options)).toEqual({ lines, end: 'over' });
  expect(log.requests).toEqual([{ follow: false, sinceSeconds: undefined }]);
});

test('a connection that stays open after the end of its pod is left', async () => {
  const { run, log, options, over } = setUp({ drainMs: 30 });
  const lines = runLines(run, TEXTS).slice(0, -1);
  log.add(...lines.slice(0, 4));
  log.faults = [{ type: 'silent', afterLines: 4 }];
  const reader = followLog(options);
  for (const text of lines.slice(0, 4)) expect(await reader.next()).toMatchObject({ value: { text } });
  const rest = reader.next();
  log.add(...lines.slice(4));
  await new Promise(setImmediate);
  over.abort();
  expect(await rest).toMatchObject({ value: { text: lines[4] } });
  await reader.return('aborted');
});

test('a pod that does not exist any more is over', async () => {
  const { options } = setUp();
  expect(await readAll({ ...options, pod: 'other' })).toEqual({ lines: [], end: 'over' });
});

test('gives up when nothing new comes for too long', async () => {
  const { log, options } = setUp({ giveUpMs: 150 });
  log.faults = Array.from(
    { length: 100 },
    () => ({ type: 'status', status: 502, message: 'no node' }) as const,
  );
  expect(await readAll(options)).toEqual({ lines: [], end: 'given_up' });
});

test('an abort ends the connection at once', async () => {
  const { run, log, options, abort } = setUp();
  log.add(runLines(run, [])[0] ?? '');
  const reader = followLog(options);
  await reader.next();
  const next = reader.next();
  abort.abort();
  expect(await next).toEqual({ done: true, value: 'aborted' });
  await expect.poll(() => log.readers).toBe(0);
});

test('a reader that is slow is no silence, and holds no more than a buffer', async () => {
  const { run, options } = setUp({ silenceMs: 20 });
  const lines = runLines(
    run,
    Array.from({ length: 400 }, () => 'z'.repeat(4_000)),
  );
  let given = 0;
  const bytes = (function* () {
    for (const line of lines) {
      given += 1;
      yield Buffer.from(`${line}\n`);
    }
  })();
  const opened: unknown[] = [];
  const openLog = async (): Promise<IncomingMessage> => {
    opened.push(0);
    return Readable.from(bytes, {
      objectMode: false,
      highWaterMark: 64 * 1024,
    }) as unknown as IncomingMessage;
  };
  const reader = followLog({ ...options, api: { openLog } });
  const seen: string[] = [];
  for (let next = await reader.next(); !next.done; next = await reader.next()) {
    seen.push(next.value.text);
    if (seen.length === 2) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(given).toBeLessThan(40);
    }
  }
  expect([seen.length, opened.length]).toEqual([lines.length, 1]);
});

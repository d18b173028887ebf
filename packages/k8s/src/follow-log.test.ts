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

/** A run with a pod whose log the test writes, and options to follow it. */
function setUp(times: Partial<FollowLogOptions['times']> = {}) {
  const client = createApiClient(fake.configFor());
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

test('a gap stays open until a connection has delivered its lines', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, TEXTS);
  log.faults = Array.from({ length: 4 }, () => ({ type: 'reset', afterLines: 5 }) as const);
  log.add(...lines);
  // A connection that asks for the last seconds starts 3 lines before the end, so the lines in between are missing.
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
});

test('continues when the connection ends cleanly in the middle of a response', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, TEXTS);
  log.faults = [
    { type: 'end', afterLines: 10 },
    { type: 'end', afterLines: 12 },
  ];
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
});

test('replaces a silent connection', async () => {
  const { run, log, options, logged } = setUp({ silenceMs: 60 });
  const lines = runLines(run, TEXTS);
  log.faults = [{ type: 'silent', afterLines: 7 }];
  log.linesSince = 90;
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
  expect(logged).toEqual(['reading the log of a run failed']);
});

test('waits for a container that does not exist yet, and retries errors of the node', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, ['one']);
  log.faults = [
    { type: 'status', status: 400, message: 'container "runner" is waiting to start: ContainerCreating' },
    { type: 'status', status: 500, message: 'too many open files' },
  ];
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
});

test('reads only the end again after a break, and yields no line twice', async () => {
  const { run, log, options } = setUp();
  const lines = runLines(run, TEXTS);
  log.linesSince = 60;
  log.faults = [{ type: 'reset', afterLines: 30 }];
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
  expect(log.requests.map(({ sinceSeconds }) => sinceSeconds !== undefined)).toEqual([false, true]);
});

test('finds lines that were delivered up to 25 s late after a break, without reading the log from its start', async () => {
  const { run, log, options, logged } = setUp();
  const lines = runLines(run, TEXTS);
  log.faults = [{ type: 'reset', afterLines: 30 }];
  log.addOld(25, ...lines.slice(0, -2));
  log.addOld(0, ...lines.slice(-2));
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
  expect(logged).toEqual(['reading the log of a run failed']);
  expect(log.requests).toHaveLength(2);
  // Not much more than needed: a long log must not be read again as a whole.
  expect(log.requests[1]?.sinceSeconds).toBeLessThan(45);
});

test('reads the log again from before a silence', async () => {
  const { run, log, options } = setUp({ silenceMs: 1_100 });
  const lines = runLines(run, ['a', 'b']);
  log.faults = [{ type: 'silent', afterLines: 2 }];
  log.linesSince = 90;
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
  expect(log.requests[1]?.sinceSeconds).toBeGreaterThanOrEqual(32);
});

test('reads the log once more from its start when lines are missing', async () => {
  const { run, log, options, logged } = setUp();
  const lines = runLines(run, TEXTS);
  log.faults = [{ type: 'without', lines: [20, 21] }];
  log.add(...lines);
  expect(await readAll(options)).toEqual({ lines, end: 'terminal' });
  expect(logged).toEqual(['lines of a run seem to be missing']);
});

test('logs it and continues when lines stay missing', async () => {
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

test('keeps lines of 16 KiB and skips lines that are not from this run', async () => {
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

test('yields lines as they arrive', async () => {
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

test('reads the rest of an ended pod without waiting for more', async () => {
  const { run, log, options, over } = setUp();
  const lines = runLines(run, TEXTS).slice(0, -1);
  log.add(...lines);
  over.abort();
  expect(await readAll(options)).toEqual({ lines, end: 'over' });
  expect(log.requests).toEqual([{ follow: false, sinceSeconds: undefined }]);
});

test('closes a connection that stays open after the end of its pod', async () => {
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

test('treats a pod that no longer exists as ended', async () => {
  const { options } = setUp();
  expect(await readAll({ ...options, pod: 'other' })).toEqual({ lines: [], end: 'over' });
});

test('gives up after too long without a new line', async () => {
  const { log, options } = setUp({ giveUpMs: 150 });
  log.faults = Array.from(
    { length: 100 },
    () => ({ type: 'status', status: 502, message: 'no node' }) as const,
  );
  expect(await readAll(options)).toEqual({ lines: [], end: 'given_up' });
});

test('gives up after five tries when the log of an ended pod cannot be read', async () => {
  const { log, options, over } = setUp();
  log.faults = Array.from(
    { length: 100 },
    () => ({ type: 'status', status: 502, message: 'no node' }) as const,
  );
  over.abort();
  expect(await readAll(options)).toEqual({ lines: [], end: 'over' });
  expect(log.requests).toHaveLength(5);
});

test('does not count the time of its consumer as silence of the log', async () => {
  const { run, log, options } = setUp({ giveUpMs: 150 });
  const lines = runLines(run, ['a', 'b']);
  log.linesSince = 90;
  log.faults = [{ type: 'reset', afterLines: 2 }];
  log.add(...lines);
  const seen: string[] = [];
  for await (const { text } of followLog(options)) {
    seen.push(text);
    const readAtMs = performance.now();
    await expect.poll(() => performance.now() - readAtMs).toBeGreaterThan(200);
  }
  expect(seen).toEqual(lines);
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

test('a slow consumer does not count as silence, and no more than a buffer is held for it', async () => {
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

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, BackendEvent, RunRef, RunToStart } from '@aideator/contract/backend';
import { newId } from '@aideator/contract/ids';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLocalBackend, type LocalBackendOptions } from './local-backend.ts';

let folder: string;
const open: Backend[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-bounds-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((backend) => backend.close()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A backend as it is by default, whose runner is this script. */
async function backendOf(script: string, options: Partial<LocalBackendOptions> = {}): Promise<Backend> {
  const runnerPath = join(folder, `${newId('run')}.mjs`);
  await writeFile(runnerPath, script);
  const backend = createLocalBackend({ runnerPath, callbackUrl: 'http://127.0.0.1:9', ...options });
  open.push(backend);
  return backend;
}

async function startRun(backend: Backend, changed: Partial<RunToStart> = {}): Promise<RunToStart> {
  const run = {
    runId: newId('run'),
    attempt: 1,
    turnId: newId('turn'),
    responseId: newId('response'),
    model: 'test/model',
    token: 't'.repeat(40),
    timeoutSeconds: 60,
    ...changed,
  };
  await backend.start(run);
  return run;
}

const follow = (backend: Backend, run: RunRef) => backend.follow(run, new AbortController().signal);

async function firstLine(backend: Backend, run: RunRef): Promise<string> {
  for await (const event of follow(backend, run)) if (event.type === 'line') return event.line;
  throw new Error('no line');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a runner that ignores SIGTERM is gone about 2 s after a cancel', async () => {
  const backend = await backendOf(
    "process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000);",
  );
  const run = await startRun(backend);
  const pid = Number(await firstLine(backend, run));
  const askedMs = performance.now();
  await backend.cancel(run);
  expect(isAlive(pid)).toBe(false);
  // Some time on top for a machine that is busy with other tests.
  expect(performance.now() - askedMs).toBeLessThan(5_000);
});

test('at most 32 MiB are kept of a runner that prints endlessly', async () => {
  const line = 'y'.repeat(32_000);
  const backend = await backendOf(
    `const next = () => process.stdout.write('${line}\\n', next); next(); process.stdout.on('error', () => {});`,
  );
  const run = await startRun(backend);
  let bytes = 0;
  let last: BackendEvent | undefined;
  for await (const event of follow(backend, run)) {
    last = event;
    if (event.type === 'line') bytes += event.line.length;
  }
  expect(last).toMatchObject({ type: 'exit', error: { code: 'answer_too_long' } });
  expect(bytes).toBeLessThanOrEqual(32 * 1024 * 1024);
  expect(bytes).toBeGreaterThan(31 * 1024 * 1024);
});

test('a finished run leaves no timer, and its lines are freed after a while', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const backend = await backendOf("console.log('text')", { keepMs: 1 });
  const run = await startRun(backend);
  for await (const event of follow(backend, run)) if (event.type === 'exit') break;
  await expect.poll(timers).toBeLessThanOrEqual(before);
  await expect
    .poll(async () => {
      for await (const event of follow(backend, run)) return event;
    })
    .toMatchObject({ type: 'exit', error: { code: 'interrupted' } });
});

test('a process that inherited the pipes of a runner does not delay its end', async () => {
  const backend = await backendOf(
    `import { spawn } from 'node:child_process';
const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { detached: true, stdio: 'inherit' });
console.log(other.pid);
other.unref();
process.exit(0);`,
  );
  const run = await startRun(backend);
  const events: BackendEvent[] = [];
  for await (const event of follow(backend, run)) events.push(event);
  expect(events.at(-1)).toEqual({ type: 'exit', exitCode: 0 });
  const pid = Number(events[0]?.type === 'line' ? events[0].line : 0);
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});

test('a timeout beyond what a timer can hold does not end the run at once', async () => {
  const backend = await backendOf("setTimeout(() => console.log('text'), 50)");
  const run = await startRun(backend, { timeoutSeconds: 10_000_000 });
  const events: BackendEvent[] = [];
  for await (const event of follow(backend, run)) events.push(event);
  expect(events).toEqual([
    { type: 'line', line: 'text' },
    { type: 'exit', exitCode: 0 },
  ]);
});

test('a prewarmed runner that closed its stdin fails its own run only', async () => {
  const ready = join(folder, 'closed-stdin');
  const backend = await backendOf(
    `import { closeSync, writeFileSync } from 'node:fs';
closeSync(0);
writeFileSync(${JSON.stringify(ready)}, '');
setInterval(() => {}, 1000);`,
    { prewarmedCount: 1 },
  );
  await expect.poll(() => existsSync(ready), { timeout: 15_000 }).toBe(true);
  const run = await startRun(backend);
  await backend.cancel(run);
  const events: BackendEvent[] = [];
  for await (const event of follow(backend, run)) events.push(event);
  expect(events).toMatchObject([{ type: 'exit', error: { code: 'runner_crashed' } }]);
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
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
  folder = await mkdtemp(join(tmpdir(), 'local-backend-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((backend) => backend.close()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A backend whose runner is this script. */
async function backendOf(script: string, options: Partial<LocalBackendOptions> = {}): Promise<Backend> {
  const runnerPath = join(folder, `${newId('run')}.mjs`);
  await writeFile(runnerPath, script);
  const backend = createLocalBackend({
    runnerPath,
    callbackUrl: 'http://127.0.0.1:9/api/runner',
    ...options,
  });
  open.push(backend);
  return backend;
}

const newRun = (changed: Partial<RunToStart> = {}): RunToStart => ({
  runId: newId('run'),
  attempt: 1,
  turnId: newId('turn'),
  responseId: newId('response'),
  model: 'test/model',
  token: 't'.repeat(40),
  timeoutSeconds: 60,
  ...changed,
});

async function all(backend: Backend, run: RunRef, signal = new AbortController().signal) {
  const events: BackendEvent[] = [];
  for await (const event of backend.follow(run, signal)) events.push(event);
  return events;
}

const lines = (events: BackendEvent[]): string[] =>
  events.flatMap((e) => (e.type === 'line' ? [e.line] : []));

/** Follows until a line says so. */
async function untilLine(backend: Backend, run: RunRef, text: string): Promise<string> {
  for await (const event of backend.follow(run, new AbortController().signal)) {
    if (event.type === 'line' && event.line.includes(text)) return event.line;
    if (event.type === 'exit') break;
  }
  throw new Error(`ended without ${text}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const STAYS = 'setInterval(() => {}, 1000); process.stdin.resume();';

test('several followers, also a late one, get all lines in order and then the exit code', async () => {
  const backend = await backendOf(
    'console.log("one"); setTimeout(() => { console.log("two"); process.exit(3) }, 50)',
  );
  const run = newRun();
  await backend.start(run);
  const expected = [
    { type: 'line', line: 'one' },
    { type: 'line', line: 'two' },
    { type: 'exit', exitCode: 3 },
  ];
  expect(await Promise.all([all(backend, run), all(backend, run)])).toEqual([expected, expected]);
  expect(await all(backend, run)).toEqual(expected);
  expect(await backend.list()).toEqual([]);
});

test('a runner gets its four values and nothing else of the environment, and no argument contains its token', async () => {
  const backend = await backendOf(
    'console.log(JSON.stringify({ env: process.env, args: [process.execArgv, process.argv] }))',
  );
  const run = newRun({ attempt: 2 });
  await backend.start(run);
  const { env, args } = JSON.parse(lines(await all(backend, run))[0] ?? '');
  expect(env).toEqual({
    AIDEATOR_RUN_ID: run.runId,
    AIDEATOR_RUN_ATTEMPT: '2',
    AIDEATOR_RUN_TOKEN: run.token,
    AIDEATOR_CALLBACK_URL: 'http://127.0.0.1:9/api/runner',
    AIDEATOR_PARENT_PIPE: '1',
  });
  expect(JSON.stringify(args)).not.toContain(run.token);
});

test('the same attempt starts only once, even concurrently', async () => {
  const backend = await backendOf(`console.log(process.pid); ${STAYS}`);
  const run = newRun();
  await Promise.all([backend.start(run), backend.start(run)]);
  await backend.start(run);
  expect(await backend.list()).toEqual([{ runId: run.runId, attempt: 1 }]);
  const processes = execFileSync('ps', ['-A', '-o', 'ppid=,args='], { encoding: 'utf8' }).split('\n');
  const children = processes.filter((line) => Number.parseInt(line, 10) === process.pid);
  expect(children.filter((line) => line.includes(folder))).toHaveLength(1);
});

test('a hundred thousand quick lines all arrive', async () => {
  const backend = await backendOf(
    'let t = ""; for (let i = 0; i < 100000; i += 1) t += "line " + i + "\\n"; process.stdout.write(t)',
  );
  const run = newRun();
  await backend.start(run);
  const events = await all(backend, run);
  expect(events).toHaveLength(100_001);
  expect(events[99_999]).toEqual({ type: 'line', line: 'line 99999' });
  expect(events.at(-1)).toEqual({ type: 'exit', exitCode: 0 });
});

test('garbage, an endless line and half a line do no harm', async () => {
  const backend = await backendOf(
    'process.stdout.write(Buffer.from([0xff, 0xfe, 10])); process.stdout.write("x".repeat(200000) + "\\nok\\n{\\"v\\":1,");',
  );
  const run = newRun();
  await backend.start(run);
  expect(lines(await all(backend, run))).toEqual(['\ufffd\ufffd', 'ok', '{"v":1,']);
});

test('a killed runner ends with a reason, and other runs continue', async () => {
  const backend = await backendOf(`console.log(process.pid); ${STAYS}`);
  const [killed, other] = [newRun(), newRun()];
  await Promise.all([backend.start(killed), backend.start(other)]);
  const pid = Number(await untilLine(backend, killed, ''));
  await untilLine(backend, other, '');
  process.kill(pid, 'SIGKILL');
  expect((await all(backend, killed)).at(-1)).toEqual({
    type: 'exit',
    exitCode: null,
    error: { code: 'runner_crashed', detail: 'killed by SIGKILL' },
  });
  expect(await backend.list()).toEqual([{ runId: other.runId, attempt: 1 }]);
});

test('a runner that prints too much is killed and its lines stay bounded', async () => {
  const backend = await backendOf('setInterval(() => console.log("y".repeat(1000)), 1)', {
    linesBytesMax: 50_000,
  });
  const run = newRun();
  await backend.start(run);
  const events = await all(backend, run);
  expect(events.at(-1)).toMatchObject({ type: 'exit', error: { code: 'answer_too_long' } });
  expect(lines(events).join('').length).toBeLessThanOrEqual(50_000);
});

test('cancel lets a runner print its last line', async () => {
  const backend = await backendOf(
    `process.on('SIGTERM', () => { console.log('bye'); process.exit(2) }); console.log('ready'); ${STAYS}`,
  );
  const run = newRun();
  await backend.start(run);
  await untilLine(backend, run, 'ready');
  await Promise.all([backend.cancel(run), backend.cancel(run)]);
  expect(await all(backend, run)).toEqual([
    { type: 'line', line: 'ready' },
    { type: 'line', line: 'bye' },
    { type: 'exit', exitCode: 2 },
  ]);
});

test('cancel ends a runner that ignores SIGTERM', async () => {
  const backend = await backendOf(`process.on('SIGTERM', () => {}); console.log(process.pid); for (;;) ;`, {
    killAfterMs: 100,
  });
  const run = newRun();
  await backend.start(run);
  const pid = Number(await untilLine(backend, run, ''));
  await backend.cancel(run);
  expect(isAlive(pid)).toBe(false);
  expect(await backend.list()).toEqual([]);
});

test('an unknown run can be cancelled and forgotten without an error, and following it reports interrupted', async () => {
  const backend = await backendOf('');
  const run = newRun();
  await backend.cancel(run);
  await backend.forget(run);
  expect(await all(backend, run)).toEqual([{ type: 'exit', exitCode: null, error: { code: 'interrupted' } }]);
});

test('forget frees the lines of a finished run', async () => {
  const backend = await backendOf('console.log("text")');
  const run = newRun();
  await backend.start(run);
  expect(lines(await all(backend, run))).toEqual(['text']);
  await backend.forget(run);
  expect(lines(await all(backend, run))).toEqual([]);
});

test('the watchdog ends a run that outlives its timeout', async () => {
  const backend = await backendOf(STAYS, { graceMs: 0 });
  const run = newRun({ timeoutSeconds: 0.2 });
  await backend.start(run);
  expect((await all(backend, run)).at(-1)).toEqual({
    type: 'exit',
    exitCode: null,
    error: { code: 'run_timeout' },
  });
});

test('a start fails with the reason if the process cannot be started, and can be repeated', async () => {
  const backend = await backendOf('', { nodePath: join(folder, 'no-such-node') });
  const run = newRun();
  await expect(backend.start(run)).rejects.toMatchObject({ code: 'run_start_failed', detail: 'ENOENT' });
  await expect(backend.start(run)).rejects.toMatchObject({ code: 'run_start_failed' });
  expect(await backend.list()).toEqual([]);
});

test('an aborted follower returns without an exit', async () => {
  const backend = await backendOf(`console.log('ready'); ${STAYS}`);
  const run = newRun();
  await backend.start(run);
  const abort = new AbortController();
  const events: BackendEvent[] = [];
  for await (const event of backend.follow(run, abort.signal)) {
    events.push(event);
    setImmediate(() => abort.abort());
  }
  expect(events).toEqual([{ type: 'line', line: 'ready' }]);
});

test('stderr is drained and only logged', async () => {
  const logged: Record<string, unknown>[] = [];
  const backend = await backendOf('process.stderr.write("e".repeat(1000000), () => console.log("done"))', {
    log: (_, fields) => logged.push(fields),
  });
  const run = newRun();
  await backend.start(run);
  expect(lines(await all(backend, run))).toEqual(['done']);
  expect(logged).toEqual([expect.objectContaining({ runId: run.runId, stderr: 'e'.repeat(4096) })]);
});

test('close ends all runs, and none starts after it', async () => {
  const backend = await backendOf(`console.log(process.pid); ${STAYS}`);
  const runs = [newRun(), newRun()];
  await Promise.all(runs.map((run) => backend.start(run)));
  const pids = await Promise.all(runs.map((run) => untilLine(backend, run, '')));
  await backend.close();
  expect(pids.map((pid) => isAlive(Number(pid)))).toEqual([false, false]);
  await expect(backend.start(newRun())).rejects.toMatchObject({ code: 'run_start_failed' });
});

test('no process is left when the parent is killed', async () => {
  const runnerPath = join(folder, 'listens.mjs');
  await writeFile(
    runnerPath,
    'process.stdin.on("end", () => process.exit()).resume(); process.stdout.on("error", () => {}); console.log(process.pid)',
  );
  const parentPath = join(folder, 'parent.ts');
  await writeFile(
    parentPath,
    `import { createLocalBackend } from ${JSON.stringify(new URL('./local-backend.ts', import.meta.url).href)};
const run = ${JSON.stringify(newRun())};
const backend = createLocalBackend({ runnerPath: ${JSON.stringify(runnerPath)}, callbackUrl: 'http://127.0.0.1:9' });
await backend.start(run);
for await (const event of backend.follow(run, new AbortController().signal)) console.log(event.line);`,
  );
  const parent = spawn(process.execPath, [parentPath], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = await once(parent.stdout, 'data');
  const pid = Number(String(printed));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

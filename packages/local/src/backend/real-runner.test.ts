import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Backend, RunToStart } from '@aideator/contract/backend';
import { newId } from '@aideator/contract/ids';
import { isTerminalEvent, parseRunEventLine, type RunEvent } from '@aideator/contract/run-event';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalBackend } from './local-backend.ts';

let folder: string;
let runnerPath: string;
let server: Server;
let base: string;
const handOvers: unknown[] = [];
/** Settles for each call of the gateway when its caller went away. */
const callsGone: Promise<unknown>[] = [];

const chunk = (content: string, finish: string | null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

/** Claim, hand-over and a gateway in one; the model `stalls` never ends its answer. */
async function answer(path: string, input: Record<string, unknown>): Promise<unknown> {
  if (path.endsWith('run.complete')) {
    handOvers.push(input.result);
    return { recorded: true };
  }
  return {
    v: 1,
    runId: input.runId,
    attempt: input.attempt,
    turnId: newId('turn'),
    responseId: newId('response'),
    model: input.attempt === 1 ? 'answers' : 'stalls',
    messages: [{ role: 'user', content: 'Hi' }],
    parameters: {},
    gateway: { baseUrl: base },
    limits: {
      timeoutSeconds: 60,
      firstTokenTimeoutSeconds: 60,
      idleTimeoutSeconds: 60,
      answerBytesMax: 1000,
      triesMax: 1,
    },
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'real-runner-'));
  runnerPath = join(folder, 'runner.mjs');
  const build = fileURLToPath(new URL('../../../../apps/runner/build.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [build, runnerPath]);
  server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const input = JSON.parse(body) as Record<string, unknown>;
    if (request.url?.includes('/api/runner/')) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ result: { data: await answer(request.url, input) } }));
      return;
    }
    response.setHeader('content-type', 'text/event-stream');
    response.write(chunk('Hello', null));
    if (input.model === 'stalls') callsGone.push(once(response, 'close'));
    else response.end(`${chunk(' there', 'stop')}data: [DONE]\n\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const newRun = (attempt: number): RunToStart => ({
  runId: newId('run'),
  attempt,
  turnId: newId('turn'),
  responseId: newId('response'),
  model: 'test',
  token: 't'.repeat(40),
  timeoutSeconds: 60,
});

async function* eventsOf(backend: Backend, run: RunToStart): AsyncGenerator<RunEvent | number | null> {
  for await (const event of backend.follow(run, new AbortController().signal)) {
    if (event.type === 'exit') yield event.exitCode;
    else yield parseRunEventLine(event.line) ?? -1;
  }
}

test('the bundled runner responds, hands over and exits', async () => {
  await using stack = new AsyncDisposableStack();
  const backend = createLocalBackend({ runnerPath, callbackUrl: `${base}/api/runner` });
  stack.defer(() => backend.close());
  const run = newRun(1);
  await backend.start(run);
  const seen: (RunEvent | number | null)[] = [];
  for await (const each of eventsOf(backend, run)) seen.push(each);
  const text = seen
    .map((each) => (typeof each === 'object' && each?.type === 'delta' ? each.text : ''))
    .join('');
  expect(text).toBe('Hello there');
  expect(seen.at(-2)).toMatchObject({ type: 'completed', recorded: true });
  expect(seen.at(-1)).toBe(0);
  expect(handOvers.at(-1)).toMatchObject({ text: 'Hello there' });
});

test('cancel ends the bundled runner with its hand-over and its last line', async () => {
  await using stack = new AsyncDisposableStack();
  const backend = createLocalBackend({ runnerPath, callbackUrl: `${base}/api/runner` });
  stack.defer(() => backend.close());
  const run = newRun(2);
  await backend.start(run);
  const seen: (RunEvent | number | null)[] = [];
  for await (const each of eventsOf(backend, run)) {
    seen.push(each);
    if (typeof each === 'object' && each?.type === 'delta') void backend.cancel(run);
  }
  const last = seen.at(-2);
  expect(typeof last === 'object' && last !== null && isTerminalEvent(last) && last.type).toBe('cancelled');
  expect(seen.at(-1)).toBe(2);
  expect(handOvers.at(-1)).toMatchObject({ outcome: { status: 'cancelled' }, text: 'Hello' });
  await callsGone.at(-1);
});

test('the bundled runner ends its call and exits when the parent is killed', async () => {
  const tellsPid = join(folder, 'tells-pid.mjs');
  await writeFile(tellsPid, 'console.log(process.pid); await import("./runner.mjs");');
  const parentPath = join(folder, 'parent.ts');
  await writeFile(
    parentPath,
    `import { createLocalBackend } from ${JSON.stringify(new URL('./local-backend.ts', import.meta.url).href)};
const backend = createLocalBackend(${JSON.stringify({ runnerPath: tellsPid, callbackUrl: `${base}/api/runner` })});
const run = ${JSON.stringify(newRun(2))};
let pid;
await backend.start(run);
for await (const event of backend.follow(run, new AbortController().signal)) {
  if (event.line?.includes('"delta"')) console.log(pid);
  pid ??= event.line;
}`,
  );
  const calls = callsGone.length;
  const parent = spawn(process.execPath, [parentPath], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [pid] = await once(parent.stdout, 'data');
  parent.kill('SIGKILL');
  expect(callsGone).toHaveLength(calls + 1);
  await callsGone.at(-1);
  await expect.poll(() => isAlive(Number(String(pid))), { timeout: 10_000 }).toBe(false);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendEvent, RunToStart } from '@aideator/contract/backend';
import { newId } from '@aideator/contract/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocalBackend } from './local-backend.ts';

/** Says whether it was started ahead, and which run it was told. */
const SCRIPT = `
const ahead = process.env.AIDEATOR_WAIT_FOR_RUN === '1';
const say = (values) => console.log(JSON.stringify({ pid: process.pid, ahead, pipe: process.env.AIDEATOR_PARENT_PIPE, run: values.AIDEATOR_RUN_ID, token: values.AIDEATOR_RUN_TOKEN }));
if (!ahead) say(process.env);
else process.stdin.once('data', (line) => { say(JSON.parse(line)); process.exit(0); }).once('end', () => process.exit(2));
`;

let folder: string;
let runnerPath: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewarmed-runners-'));
  runnerPath = join(folder, 'runner.mjs');
  await writeFile(runnerPath, SCRIPT);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const newRun = (): RunToStart => ({
  runId: newId('run'),
  attempt: 1,
  turnId: newId('turn'),
  responseId: newId('response'),
  model: 'test/model',
  token: 't'.repeat(40),
  timeoutSeconds: 60,
});

test('a prewarmed runner takes exactly one run; without one a new process is started', async () => {
  const backend = createLocalBackend({ runnerPath, callbackUrl: 'http://127.0.0.1:9', prewarmedCount: 1 });
  const told: { pid: number; ahead: boolean; pipe: string; run: string; token: string }[] = [];
  const runs = [newRun(), newRun()];
  for (const run of runs) {
    await backend.start(run);
    const events: BackendEvent[] = [];
    for await (const event of backend.follow(run, new AbortController().signal)) events.push(event);
    expect(events.at(-1)).toEqual({ type: 'exit', exitCode: 0 });
    for (const event of events) if (event.type === 'line') told.push(JSON.parse(event.line));
  }
  expect(told.map(({ run }) => run)).toEqual(runs.map(({ runId }) => runId));
  expect(told.map(({ ahead }) => ahead)).toEqual([true, false]);
  // Each watches its stdin, so that it ends with this process.
  expect(told.map(({ pipe }) => pipe)).toEqual(['1', '1']);
  expect(told[0]?.pid).not.toBe(told[1]?.pid);
  await backend.close();
});

test('prewarmed runners are not listed as runs, and none starts after close', async () => {
  const backend = createLocalBackend({ runnerPath, callbackUrl: 'http://127.0.0.1:9', prewarmedCount: 2 });
  expect(await backend.list()).toEqual([]);
  await backend.close();
  await expect(backend.start(newRun())).rejects.toMatchObject({ code: 'run_start_failed' });
});

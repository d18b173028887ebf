import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, RunToStart } from '@aideator/contract/backend';
import { newId } from '@aideator/contract/ids';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLocalBackend } from './local-backend.ts';

const PATIENCE = { timeout: 15_000 };

/** Leaves a file with its pid as its name, and says whether it was started ahead of its run. */
const SCRIPT = `
import { writeFileSync } from 'node:fs';
writeFileSync(new URL('./' + process.pid + '.pid', import.meta.url), '');
const ahead = process.env.AIDEATOR_WAIT_FOR_RUN === '1';
const end = () => { console.log(ahead ? 'ahead' : 'new', process.pid); process.exit(0); };
if (!ahead) end();
process.stdin.once('data', end).once('end', () => process.exit(2));
`;

let folder: string;
let backend: Backend;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prewarmed-life-'));
  const runnerPath = join(folder, 'runner.mjs');
  await writeFile(runnerPath, SCRIPT);
  backend = createLocalBackend({ runnerPath, callbackUrl: 'http://127.0.0.1:9', prewarmedCount: 2 });
});
afterEach(async () => {
  await backend.close();
  await rm(folder, { recursive: true, force: true });
});

async function pids(): Promise<number[]> {
  const files = await readdir(folder);
  return files.filter((name) => name.endsWith('.pid')).map((name) => Number.parseInt(name, 10));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Starts a run and returns its first line. */
async function runOnce(): Promise<string> {
  const run: RunToStart = {
    runId: newId('run'),
    attempt: 1,
    turnId: newId('turn'),
    responseId: newId('response'),
    model: 'test/model',
    token: 't'.repeat(40),
    timeoutSeconds: 60,
  };
  await backend.start(run);
  for await (const event of backend.follow(run, new AbortController().signal))
    if (event.type === 'line') return event.line;
  throw new Error('it said nothing');
}

test('prewarmed runners are gone when the backend is closed', async () => {
  await expect.poll(pids, PATIENCE).toHaveLength(2);
  const waiting = await pids();
  expect(waiting.map(isAlive)).toEqual([true, true]);
  await backend.close();
  await expect.poll(() => waiting.filter(isAlive), PATIENCE).toEqual([]);
});

test('concurrent runs get a process each, prewarmed or new', async () => {
  await expect.poll(pids, PATIENCE).toHaveLength(2);
  const said = await Promise.all([runOnce(), runOnce(), runOnce()]);
  expect(said.map((line) => line.split(' ')[0])).toEqual(['ahead', 'ahead', 'new']);
  expect(new Set(said.map((line) => line.split(' ')[1])).size).toBe(3);
});

test('a prewarmed runner that took a run is replaced', async () => {
  await expect.poll(pids, PATIENCE).toHaveLength(2);
  expect(await runOnce()).toMatch(/^ahead/);
  await expect.poll(pids, PATIENCE).toHaveLength(3);
});

test('all prewarmed runners are replaced, and no more are started', async () => {
  await expect.poll(pids, PATIENCE).toHaveLength(2);
  await Promise.all([runOnce(), runOnce()]);
  await expect.poll(pids, PATIENCE).toHaveLength(4);
  const filledAtMs = performance.now();
  // Several times the pause between two starts.
  await expect.poll(() => performance.now() - filledAtMs, PATIENCE).toBeGreaterThan(600);
  expect(await pids()).toHaveLength(4);
});

test('a prewarmed runner that died gets no run', async () => {
  await expect.poll(pids, PATIENCE).toHaveLength(2);
  const waiting = await pids();
  for (const pid of waiting) process.kill(pid, 'SIGKILL');
  await expect.poll(() => waiting.filter(isAlive), PATIENCE).toEqual([]);
  expect(await runOnce()).toMatch(/^new/);
});

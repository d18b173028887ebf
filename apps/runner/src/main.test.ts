import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRunEventLine } from '@aideator/contract/run-event';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildRunner,
  only,
  openBench,
  readLines,
  startRunner,
  TOKEN,
  textOf,
  typesOf,
} from './testing/harness.ts';

const TEXT = 'One two three four five.';
let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-'));
  path = join(folder, 'runner.mjs');
  await buildRunner(path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the bundle is one small file', async () => {
  expect((await stat(path)).size).toBeLessThan(60_000);
});

test('a process that completes exits with 0, prints whole lines and nothing on stderr', async () => {
  await using bench = await openBench({ text: TEXT, tokensPerSecond: 50 });
  const { code, signal, output, stderr } = await startRunner(bench, path).ended;
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  const events = readLines(output);
  expect(typesOf(events)).toBe('started delta usage completed');
  expect(textOf(events)).toBe(TEXT);
  expect(bench.callback.handOvers[0]?.result.text).toBe(TEXT);
  expect(bench.callback.claims[0]?.nonce).toMatch(/^[0-9a-f]{64}$/);
  expect(output).not.toContain(TOKEN);
});

test('each process draws its own nonce', async () => {
  await using bench = await openBench({ text: TEXT });
  await Promise.all([startRunner(bench, path).ended, startRunner(bench, path).ended]);
  expect(new Set(bench.callback.claims.map(({ nonce }) => nonce)).size).toBe(2);
});

test('64 KB in one event leave the process without a loss', async () => {
  const text = '0123456789"\\\u0001é😀'.repeat(4_000);
  await using bench = await openBench({ chunks: [text] });
  const { output } = await startRunner(bench, path).ended;
  expect(textOf(readLines(output))).toBe(text);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s mid-answer hands over the text so far, even if the signal arrives twice',
  async (signal) => {
    await using bench = await openBench({ text: TEXT, stallAfterChunks: 2 });
    const runner = startRunner(bench, path);
    await runner.until('delta');
    runner.kill(signal);
    runner.kill(signal);
    const { code, output, stderr } = await runner.ended;
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(only(readLines(output), 'cancelled').recorded).toBe(true);
    await bench.gateway.requests[0]?.clientGone;
  },
);

test('SIGTERM ends the wait for a retry', async () => {
  await using bench = await openBench({ error: { status: 429, headers: { 'retry-after': '15' } } });
  const runner = startRunner(bench, path);
  await runner.until('waiting');
  runner.kill('SIGTERM');
  const { code, output } = await runner.ended;
  expect(code).toBe(2);
  expect(typesOf(readLines(output))).toBe('started waiting cancelled');
});

test('SIGTERM during a refused hand-over still prints the terminal event', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { handOverStatus: 503 } });
  const runner = startRunner(bench, path);
  await bench.callback.handOverTried;
  runner.kill('SIGTERM');
  const { code, output } = await runner.ended;
  expect(code).toBe(0);
  expect(only(readLines(output), 'completed').recorded).toBe(false);
});

test('a reader copes with the lines of a process that got SIGKILL', async () => {
  await using bench = await openBench({ text: 'word '.repeat(5_000), tokensPerSecond: 2_000 });
  const runner = startRunner(bench, path);
  await runner.until('delta');
  runner.kill('SIGKILL');
  const { signal, output } = await runner.ended;
  expect(signal).toBe('SIGKILL');
  const events = output.split('\n').flatMap((line) => parseRunEventLine(line) ?? []);
  expect(typesOf(events)).toBe('started delta');
  expect(bench.callback.handOvers).toHaveLength(0);
});

test('a refused claim ends with exit code 3', async () => {
  await using bench = await openBench({ text: TEXT }, { callback: { claimStatus: 409 } });
  const { code, output, stderr } = await startRunner(bench, path).ended;
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  expect(only(readLines(output), 'failed').error.code).toBe('run_claim_refused');
});

test('a missing variable is named in the failure, with nothing on stderr', async () => {
  await using bench = await openBench({ text: TEXT });
  const { code, output, stderr } = await startRunner(bench, path, { AIDEATOR_RUN_TOKEN: '' }).ended;
  expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  expect(output).toContain('AIDEATOR_RUN_TOKEN is not set');
});

test('the end of the parent stops a run only if the runner watches its parent', async () => {
  await using bench = await openBench({ text: TEXT, stallAfterChunks: 2 });
  const runner = startRunner(bench, path, { AIDEATOR_PARENT_PIPE: '1' });
  await runner.until('delta');
  runner.endStdin();
  expect((await runner.ended).code).toBe(2);

  bench.gateway.setScript('test/model', { text: TEXT, tokensPerSecond: 20 });
  const other = startRunner(bench, path);
  other.endStdin();
  expect((await other.ended).code).toBe(0);
});

const AHEAD = {
  AIDEATOR_WAIT_FOR_RUN: '1',
  AIDEATOR_PARENT_PIPE: '1',
  AIDEATOR_RUN_ID: '',
  AIDEATOR_RUN_TOKEN: '',
};

test('a prewarmed runner waits for its run and ends with its parent', async () => {
  await using bench = await openBench({ text: TEXT, stallAfterChunks: 2 });
  const runner = startRunner(bench, path, AHEAD);
  runner.send({ AIDEATOR_RUN_ID: bench.run.runId, AIDEATOR_RUN_TOKEN: TOKEN });
  await runner.until('delta');
  runner.endStdin();
  const { code, output, stderr } = await runner.ended;
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(textOf(readLines(output))).toBe('One two');
  expect(bench.callback.claims).toMatchObject([{ ...bench.run, token: TOKEN }]);
});

test('a prewarmed runner that never gets a run ends silently with its parent', async () => {
  await using bench = await openBench({ text: TEXT });
  const runner = startRunner(bench, path, AHEAD);
  runner.endStdin();
  expect(await runner.ended).toMatchObject({ code: 2, output: '', stderr: '' });
  expect(bench.callback.claims).toEqual([]);
});

test('an unexpected error prints a terminal event without its text, and nothing on stderr', async () => {
  await using bench = await openBench({ text: TEXT, stallAfterChunks: 2 });
  const crash = 'setTimeout(() => { throw new Error("what nobody may read") }, 300)';
  const options = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}` };
  const { code, output, stderr } = await startRunner(bench, path, options).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(only(readLines(output), 'failed')).toMatchObject({ error: { code: 'runner_crashed' } });
  expect(output).not.toContain('nobody may read');
});

test('a warning of Node does not reach stderr', async () => {
  await using bench = await openBench({ text: TEXT, tokensPerSecond: 10 });
  const warn = 'setTimeout(() => process.emitWarning("deprecated"), 200)';
  const options = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(warn)}` };
  expect(await startRunner(bench, path, options).ended).toMatchObject({ code: 0, stderr: '' });
});

test('a process whose reader is gone still hands over', async () => {
  await using bench = await openBench({ text: TEXT, tokensPerSecond: 20 });
  const runner = startRunner(bench, path);
  await runner.until('delta');
  runner.closeStdout();
  const { code, stderr } = await runner.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(bench.callback.handOvers[0]?.result.text).toBe(TEXT);
});

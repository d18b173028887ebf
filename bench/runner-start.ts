import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { newId } from '@aideator/contract/ids';
import { RUNNER_ENV } from '@aideator/contract/protocol';
import { median } from './stats.ts';

/**
 * Measures the time from the start of a runner process to its claim, next to an empty Node program in the same run. Needs the
 * built runner. Prints a table and exits with 1 when the goal is missed.
 */
const RUNNER = join(resolve(import.meta.dirname, '..'), 'apps', 'runner', 'dist', 'runner.mjs');
const ROUNDS = 20;
const GOAL_MS = 80;

const claimed: (() => void)[] = [];
const server = createServer((request, response) => {
  request.resume();
  claimed.shift()?.();
  // Refuses the claim, so that the runner exits.
  response.writeHead(409).end(JSON.stringify({ error: { data: { appCode: 'run_claim_refused' } } }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

async function toClaim(): Promise<number> {
  const claim = new Promise<void>((done) => claimed.push(done));
  const startedMs = performance.now();
  const child = spawn(process.execPath, [RUNNER], {
    env: {
      [RUNNER_ENV.runId]: newId('run'),
      [RUNNER_ENV.attempt]: '1',
      [RUNNER_ENV.token]: 't'.repeat(64),
      [RUNNER_ENV.callbackUrl]: `http://127.0.0.1:${port}`,
    },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const hasClaimed = await Promise.race([claim.then(() => true), ended.then(() => false)]);
  if (!hasClaimed) throw new Error('the runner ended without a claim');
  const tookMs = performance.now() - startedMs;
  await ended;
  return tookMs;
}

async function emptyProgram(): Promise<number> {
  const startedMs = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return performance.now() - startedMs;
}

const runner: number[] = [];
const empty: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  runner.push(await toClaim());
  empty.push(await emptyProgram());
}
server.close();
const [runnerMs, emptyMs] = [median(runner), median(empty)];
console.log('| What | Goal | Measured |\n|---|---|---|');
console.log(
  `| runner: process start to its claim, p50 of ${ROUNDS} | < ${GOAL_MS} ms | ${runnerMs.toFixed(0)} ms; an empty Node program: ${emptyMs.toFixed(0)} ms, ratio ${(runnerMs / emptyMs).toFixed(2)} |`,
);
process.exitCode = runnerMs < GOAL_MS ? 0 : 1;

import { once } from 'node:events';
import { connect } from 'node:net';
import type { ApiDeps } from '@aideator/api/deps';
import { ANSWER_BYTES_MAX, REASONING_BYTES_MAX } from '@aideator/contract/limits';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveRunnerApi } from './runner-api.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await cloneDatabase();
  const deps = { db: database.db, log } as unknown as ApiDeps;
  url = await serveRunnerApi({ host: '127.0.0.1', port: 0, log }, Promise.resolve(deps));
});
afterAll(() => database[Symbol.asyncDispose]());

const post = (path: string, body: string) =>
  fetch(`${url}/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

/** Declares a body of this length, sends none of it, and returns the status. */
async function statusOfLength(path: string, bytes: number): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    `POST /${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  const [data] = await once(socket, 'data');
  socket.destroy();
  return String(data).slice(9, 12);
}

test('a malformed claim is refused, and so is the claim of an unknown run', async () => {
  expect((await post('run.claim', '{"v":1}')).status).toBe(400);
  const claim = { v: 1, runId: 'run_01m7x0000000000000000000aa', attempt: 1 };
  const secrets = { token: 't'.repeat(40), nonce: 'n'.repeat(40) };
  const tooLarge = { ...claim, ...secrets, attempt: 2 ** 31 };
  expect((await post('run.claim', JSON.stringify(tooLarge))).status).toBe(400);
  const response = await post('run.claim', JSON.stringify({ ...claim, ...secrets }));
  expect(await response.text()).toContain('"appCode":"run_claim_refused"');
});

test('a hand-over or claim that is larger than its contents can be is refused unread', async () => {
  const bytesMax = 6 * (ANSWER_BYTES_MAX + REASONING_BYTES_MAX);
  expect(await statusOfLength('run.complete', bytesMax + 2 * 1024 * 1024)).toBe('413');
  expect(await statusOfLength('run.claim', 5_000)).toBe('413');
  // Within the limit it is read and validated.
  expect((await post('run.complete', `{"text":"${'x'.repeat(bytesMax)}"}`)).status).toBe(400);
});

test('procedures for people are not served here, and a batch is refused', async () => {
  expect((await post('account.status', '{}')).status).toBe(404);
  expect((await post('turn.submit', '{}')).status).toBe(404);
  expect((await post('run.claim,run.claim?batch=1', '{"0":{},"1":{}}')).status).toBe(400);
});

import type { ApiDeps } from '@aideator/api/deps';
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

test('a claim that is none is refused, and so is one of a run that is not there', async () => {
  expect((await post('run.claim', '{"v":1}')).status).toBe(400);
  const claim = { v: 1, runId: 'run_01m7x0000000000000000000aa', attempt: 1 };
  const secrets = { token: 't'.repeat(40), nonce: 'n'.repeat(40) };
  const answer = await post('run.claim', JSON.stringify({ ...claim, ...secrets }));
  expect(await answer.text()).toContain('"appCode":"run_claim_refused"');
});

test('a hand-over larger than two texts can be is refused', async () => {
  const answer = await post('run.complete', `{"text":"${'x'.repeat(16 * 1024 * 1024)}"}`);
  expect(answer.status).toBe(413);
});

test('nothing that people ask is answered here, and nothing several times at once', async () => {
  expect((await post('account.status', '{}')).status).toBe(404);
  expect((await post('turn.submit', '{}')).status).toBe(404);
  expect((await post('run.claim,run.claim?batch=1', '{"0":{},"1":{}}')).status).toBe(400);
});

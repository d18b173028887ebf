import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { runSpecSchema } from '@aideator/contract/run-spec';
import { fetchCatalogue } from '@aideator/gateway/catalogue';
import { gatewayConfigText } from '@aideator/gateway/config';
import { type Litellm, startLitellm } from '@aideator/gateway/litellm';
import { createRunKeys } from '@aideator/gateway/run-keys';
import { installedGatewayHome } from '@aideator/gateway/testing/gateway-home';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HandDrivenBackend } from './testing/hand-driven-backend.ts';
import { type Harness, type HarnessOptions, startHarness } from './testing/harness.ts';
import { compare, stored, until, watch } from './testing/turns.ts';

/** The gateway keys that a run gets, through the whole program and the real LiteLLM. */
const MODEL = 'openai/gpt-4o';
const masterKey = `sk-canary-master-${randomBytes(16).toString('hex')}`;
const tokenSecret = `canary-secret-${randomBytes(32).toString('hex')}`;
const litellmLog: string[] = [];
/** Every key that a run got. */
const given: string[] = [];

let provider: ScriptedGateway;
let litellm: Litellm;
let gateway: NonNullable<HarnessOptions['gateway']>;

beforeAll(async () => {
  provider = await startScriptedGateway({ fallback: { text: 'an answer' } });
  litellm = await startLitellm({
    dir: await installedGatewayHome(),
    config: gatewayConfigText({ serverKeys: ['openai'], apiBases: { openai: `${provider.baseUrl}/v1` } }),
    masterKey,
    tokenSecret,
    keys: { OPENAI_API_KEY: 'sk-server-0000000000000000' },
    env: process.env,
    signal: AbortSignal.timeout(180_000),
    log: (line) => litellmLog.push(line),
  });
  const { baseUrl } = litellm;
  const models = await fetchCatalogue({ baseUrl, apiKey: masterKey, signal: AbortSignal.timeout(60_000) });
  const keys = createRunKeys({ tokenSecret, apiKey: masterKey });
  const keyFor = (grant: Parameters<typeof keys.keyFor>[0]) => {
    const key = keys.keyFor(grant);
    if (key !== undefined) given.push(key);
    return key;
  };
  gateway = { baseUrl, keyFor, catalogue: { list: async () => models } };
}, 600_000);

afterAll(async () => {
  await litellm?.close();
  await provider?.close();
});

/** Environment and arguments of all running child processes, as text. */
async function childProcesses(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const texts = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const isOurs = (await read('status')).includes(`PPid:\t${process.pid}\n`);
      const isGateway = pid === String(litellm.pid);
      return isOurs && !isGateway ? [await read('environ'), await read('cmdline')].join('\n') : '';
    }),
  );
  return texts.join('\n');
}

async function databaseText(harness: Harness): Promise<string> {
  const tables = await harness.deps.db.execute(
    sql`select tablename from pg_tables where schemaname = 'public'`,
  );
  const rows = await Promise.all(
    tables.rows.map(({ tablename }) =>
      harness.deps.db.execute(sql`select * from ${sql.identifier(String(tablename))}`),
    ),
  );
  return JSON.stringify(rows.map((each) => each.rows));
}

test('neither the master key nor a token is in an environment, an argument, a log, an event or the database', async () => {
  await using harness = await startHarness({ gateway });
  const ann = await harness.member();
  provider.setScript('gpt-4o', { text: 'an answer', stallAfterChunks: 1 });
  const { turn } = await compare(ann, [MODEL]);
  const watching = watch(harness, ann, { turnId: turn.id });
  await until('the model has begun to answer', () => provider.requests.length > 0);
  const whileItRuns = await childProcesses();
  await ann.call.turn.cancel({ turnId: turn.id });
  const viewer = await watching;
  provider.setScript('gpt-4o', { text: 'an answer' });
  const next = await compare(ann, [MODEL]);
  expect((await watch(harness, ann, { turnId: next.turn.id })).state(0)).toMatchObject({
    status: 'completed',
    text: 'an answer',
  });
  const seen = [
    whileItRuns,
    await childProcesses(),
    JSON.stringify(viewer.entries),
    JSON.stringify(await stored(ann, turn)),
    harness.logged(),
    litellmLog.join('\n'),
    await databaseText(harness),
  ].join('\n');
  expect(whileItRuns).toContain('runner.mjs');
  expect(given.length).toBeGreaterThan(0);
  for (const secret of [masterKey, tokenSecret, ...given]) expect(seen).not.toContain(secret);
});

test('a claim returns a token that is valid only for the model of the run', async () => {
  const backend = new HandDrivenBackend();
  await using harness = await startHarness({ gateway, wrapBackend: () => backend });
  const ann = await harness.member();
  await compare(ann, [MODEL]);
  await until('the run is started', () => backend.started.length === 1);
  const [run] = backend.started;
  if (!run) throw new Error('no run');
  // Everything that a backend gets, so everything that a process or a pod spec could contain.
  expect(JSON.stringify(run)).not.toMatch(/sk-|canary/);
  const response = await fetch(`${harness.baseUrl}/runner/run.claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      v: 1,
      runId: run.runId,
      attempt: run.attempt,
      token: run.token,
      nonce: 'a'.repeat(64),
    }),
  });
  const claim = await response.text();
  expect(claim).not.toContain('canary');
  const spec = runSpecSchema.parse((JSON.parse(claim) as { result: { data: unknown } }).result.data);
  const call = (model: string, path = '/v1/chat/completions') =>
    fetch(`${spec.gateway.baseUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${spec.gateway.apiKey}` },
      body: JSON.stringify({ model, messages: spec.messages, stream: true }),
    }).then(async (answer) => {
      await answer.text();
      return answer.status;
    });
  expect(await call(MODEL)).toBe(200);
  expect(await call('openai/gpt-4o-mini')).toBe(403);
  expect(await call(MODEL, '/key/generate')).toBe(403);
  await backend.close();
});

test('a token that a server repeats in its error is not stored, shown or logged', async () => {
  await using harness = await startHarness({ gateway: { ...gateway, baseUrl: provider.baseUrl } });
  const ann = await harness.member();
  provider.setScript(MODEL, { error: { status: 401 } });
  const { turn } = await compare(ann, [MODEL]);
  const viewer = await watch(harness, ann, { turnId: turn.id });
  const token = provider.requests.at(-1)?.authorization?.replace('Bearer ', '') ?? '';
  expect(given).toContain(token);
  expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'provider_auth' } });
  const seen = JSON.stringify([viewer.entries, await stored(ann, turn), harness.logged()]);
  const kept = [seen, await databaseText(harness)].join('\n');
  // No part of its signature is left either.
  for (const piece of [token, token.slice(-43, -20), token.slice(-20)]) expect(kept).not.toContain(piece);
});

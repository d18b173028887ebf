import type { CompleteInput, RunResult } from '@aideator/contract/hand-over';
import type { ClaimInput } from '@aideator/contract/run-spec';
import { createAttempt } from '@aideator/db/queries/attempts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRunRecords } from './services/collection/record-run.ts';
import { sha256 } from './services/collection/run-tokens.ts';
import { newRun } from './services/turns/new-run.ts';
import { HandDrivenBackend } from './testing/hand-driven-backend.ts';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { scriptedModel } from './testing/test-deps.ts';
import { compare, responseIdAt, stored, until, watch } from './testing/turns.ts';

const OWN_KEY_MODEL = 'own-key/openai/x';

let backend: HandDrivenBackend;
let harness: Harness;
let ann: Member;
beforeEach(async () => {
  backend = new HandDrivenBackend();
  const models = [scriptedModel('a'), scriptedModel(OWN_KEY_MODEL, { serverKey: false })];
  harness = await startHarness({ wrapBackend: () => backend, models });
  ann = await harness.member();
});
afterEach(async () => {
  await backend.close();
  await harness[Symbol.asyncDispose]();
});

/** Calls the API as a runner does. */
async function call(procedure: 'run.claim' | 'run.complete', input: unknown) {
  const answer = await fetch(`${harness.baseUrl}/runner/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  const body = (await answer.json()) as {
    result?: { data: unknown };
    error?: { data: { appCode: string } };
  };
  return { status: answer.status, data: body.result?.data, appCode: body.error?.data.appCode };
}

/** A turn with one run, which the test plays itself. */
async function startRun({ prompt = 'Why is the sky blue?', model = 'a' } = {}) {
  const { turn } = await compare(ann, [model], { prompt });
  await until('the run is started', () => backend.started.some((run) => run.turnId === turn.id));
  const run = backend.started.find(({ turnId }) => turnId === turn.id);
  if (!run) throw new Error('no run');
  const { runId, attempt, token } = run;
  const claim: ClaimInput = { v: 1, runId, attempt, token, nonce: 'a'.repeat(64) };
  return { turn, claim };
}

const resultOf = (text: string): RunResult => ({
  outcome: { status: 'completed', finishReason: 'stop' },
  text,
  reasoning: '',
  textSha256: sha256(text),
  usage: { inputTokens: 1_000_000, outputTokens: 0, estimated: false },
  timings: { totalMs: 1 },
});

const REFUSED = { status: 409, appCode: 'run_claim_refused' };

test('a token works for one process: a second process is refused, a repeated claim of the first succeeds', async () => {
  const { claim } = await startRun({ prompt: 'A private question' });
  const first = await call('run.claim', claim);
  expect(first).toMatchObject({ status: 200, data: { runId: claim.runId, model: 'a' } });
  const second = await call('run.claim', { ...claim, nonce: 'b'.repeat(64) });
  expect(second).toMatchObject(REFUSED);
  expect(JSON.stringify(second)).not.toContain('private');
  expect(await call('run.claim', claim)).toEqual(first);
});

test('only the claiming process can hand over, complete and once', async () => {
  const { turn, claim } = await startRun();
  const { nonce: _, ...rest } = claim;
  const handOver: CompleteInput = { ...claim, result: resultOf('as it was 🦊') };
  expect(await call('run.complete', handOver)).toMatchObject(REFUSED);
  await call('run.claim', claim);
  expect(await call('run.complete', { ...handOver, ...rest, nonce: 'b'.repeat(64) })).toMatchObject(REFUSED);
  expect(await call('run.complete', { ...handOver, token: 'f'.repeat(64) })).toMatchObject(REFUSED);
  expect(await call('run.complete', { ...handOver, attempt: 2 })).toMatchObject(REFUSED);
  const other = { ...resultOf('as it was'), textSha256: handOver.result.textSha256 };
  expect(await call('run.complete', { ...handOver, result: other })).toMatchObject({
    status: 400,
    appCode: 'invalid_input',
  });
  expect(await call('run.complete', { ...handOver, v: 2 })).toMatchObject({
    status: 412,
    appCode: 'run_protocol',
  });
  expect((await stored(ann, turn)).responses[0]).toMatchObject({ status: 'running', text: '' });

  const recorded = { status: 200, data: { recorded: true } };
  expect(await call('run.complete', handOver)).toMatchObject(recorded);
  expect(await call('run.complete', handOver)).toMatchObject(recorded);
  expect(await call('run.complete', { ...handOver, result: resultOf('another') })).toMatchObject(REFUSED);
  await backend.close();
  const viewer = await watch(harness, ann, { turnId: turn.id });
  expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'as it was 🦊', costUsd: '1' });
  expect((await stored(ann, turn)).responses[0]).toMatchObject({ text: 'as it was 🦊', costUsd: '1' });
});

test('a hand-over with a value beyond its column is refused with a code that stops retries', async () => {
  const { turn, claim } = await startRun();
  await call('run.claim', claim);
  const good = resultOf('a whole answer');
  const wrong: Record<string, Partial<RunResult>> = {
    'too many tokens': { usage: { inputTokens: 2 ** 31, outputTokens: 0, estimated: false } },
    'too many tokens written to the cache': {
      usage: { inputTokens: 1, outputTokens: 0, cacheWriteInputTokens: 2 ** 40, estimated: false },
    },
    'too long a time': { timings: { totalMs: 2 ** 31 } },
    'too late a first token': { timings: { firstTokenMs: 1e300, totalMs: 1 } },
    'NUL in the text': { text: 'a\0b', textSha256: sha256('a\0b') },
    'NUL in the reasoning': { reasoning: '\0' },
    'NUL in the detail': { outcome: { status: 'failed', error: { code: 'gateway_error', detail: 'a\0' } } },
    'too long a text': { text: 'é'.repeat(1_100_000), textSha256: sha256('é'.repeat(1_100_000)) },
    'too long a reasoning': { reasoning: 'x'.repeat(2_200_000) },
  };
  for (const [what, changed] of Object.entries(wrong)) {
    const answer = await call('run.complete', { ...claim, result: { ...good, ...changed } });
    expect(answer, what).toMatchObject({ status: 400, appCode: 'invalid_input' });
  }
  expect(await call('run.complete', { ...claim, attempt: 2 ** 31, result: good })).toMatchObject({
    status: 400,
    appCode: 'invalid_input',
  });
  expect((await stored(ann, turn)).responses[0]).toMatchObject({ status: 'running', text: '' });
  expect(await call('run.complete', { ...claim, result: good })).toMatchObject({ status: 200 });
});

test('a hand-over is recorded even if the price is unknown', async () => {
  const { turn, claim } = await startRun();
  await call('run.claim', claim);
  harness.deps.catalogue.list = async () => Promise.reject(new Error('no gateway'));
  const handOver: CompleteInput = { ...claim, result: resultOf('without a price') };
  expect(await call('run.complete', handOver)).toMatchObject({ status: 200 });
  const [response] = (await stored(ann, turn)).responses;
  expect(response).toMatchObject({ status: 'completed', text: 'without a price' });
  expect(response?.costUsd).toBeUndefined();
});

test('a run whose provider key was deleted before the claim fails and says what to do', async () => {
  await ann.call.providerKey.set({ provider: 'openai', key: 'sk-0123456789abcdef0123' });
  const { turn, claim } = await startRun({ model: OWN_KEY_MODEL });
  await ann.call.providerKey.delete({ provider: 'openai' });
  expect(await call('run.claim', claim)).toMatchObject(REFUSED);
  expect((await stored(ann, turn)).responses[0]).toMatchObject({
    status: 'failed',
    error: { code: 'model_needs_key' },
  });
});

test('only the claim of its owner’s run contains a provider key', async () => {
  const key = 'sk-0123456789abcdef0123';
  await ann.call.providerKey.set({ provider: 'openai', key });
  const own = await startRun({ model: OWN_KEY_MODEL });
  expect(await call('run.claim', own.claim)).toMatchObject({ data: { providerKey: key } });
  const server = await startRun();
  const { data } = await call('run.claim', server.claim);
  expect(data).toMatchObject({ model: 'a' });
  expect(data).not.toHaveProperty('providerKey');
});

test('the outcome of one attempt is not mistaken for that of the next', async () => {
  const { turn, claim } = await startRun();
  await call('run.claim', claim);
  await call('run.complete', { ...claim, result: resultOf('first') });
  const records = createRunRecords(harness.deps);
  expect(await records.outcome(claim)).toMatchObject({ text: 'first' });
  const responseId = responseIdAt(turn, 0);
  const plan = {
    turnId: turn.id,
    responseId,
    attempt: 2,
    model: scriptedModel('a'),
    parameters: {},
    inputBytes: 0,
  };
  const { stored: run } = newRun(harness.deps.settings.run, plan);
  await createAttempt(harness.deps.db, { userId: ann.person.id, responseId, attempt: 1, run });
  expect(await records.outcome(claim)).toBeUndefined();
});

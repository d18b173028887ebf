import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import type { PanelInput } from '@aideator/contract/submit';
import { createTurn } from '@aideator/db/queries/turns';
import { runs } from '@aideator/db/schema/runs';
import { turnInput } from '@aideator/db/testing/factory';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adoptTurn } from './services/collection/adopt-turn.ts';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { scriptedModel } from './testing/test-deps.ts';
import { ballotOn, responseIdAt, stored, watch } from './testing/turns.ts';

const PRESET = { systemText: 'Rhyme.', parameters: { temperature: 0.9, topP: 0.8 } };

let harness: Harness;
let ann: Member;
beforeAll(async () => {
  harness = await startHarness({
    models: [
      scriptedModel('a'),
      scriptedModel('rhymer', { preset: PRESET }),
      scriptedModel('short', { outputTokensMax: 100 }),
    ],
  });
  ann = await harness.member();
});
afterAll(() => harness[Symbol.asyncDispose]());

async function submit(panels: PanelInput[]) {
  const submitted = await ann.call.turn.submit({
    mode: 'compare',
    prompt: 'Why?',
    panels,
    idempotencyKey: randomUUID(),
  });
  await watch(harness, ann, { turnId: submitted.turn.id });
  return submitted;
}

const requestsFrom = (start: number) => harness.gateway.requests.slice(start).map(({ body }) => body);

test('the same model in two panels gives two responses, each asked with its own parameters', async () => {
  harness.gateway.setScript('a', { text: 'an answer' });
  const from = harness.gateway.requests.length;
  const { turn } = await submit([
    { modelId: 'a', parameters: { temperature: 0.1 } },
    { modelId: 'a', parameters: { temperature: 1.5, topP: 0.5 } },
  ]);
  expect((await stored(ann, turn)).responses).toMatchObject([
    { modelId: 'a', position: 0, status: 'completed', text: 'an answer' },
    { modelId: 'a', position: 1, status: 'completed', text: 'an answer' },
  ]);
  const asked = requestsFrom(from).toSorted((a, b) => Number(a['temperature']) - Number(b['temperature']));
  expect(asked).toMatchObject([{ temperature: 0.1 }, { temperature: 1.5, top_p: 0.5 }]);
});

/** Each parameter with a value and with its field in a request. A new parameter does not compile until it is here. */
const EVERY_PARAMETER: {
  [K in keyof SamplingParameters]-?: [field: string, value: Required<SamplingParameters>[K]];
} = {
  temperature: ['temperature', 0.3],
  topP: ['top_p', 0.7],
  maxOutputTokens: ['max_tokens', 77],
};

test('every parameter reaches the model, in a field that a run token allows', async () => {
  harness.gateway.setScript('a', { text: 'an answer' });
  const from = harness.gateway.requests.length;
  const parameters = Object.entries(EVERY_PARAMETER).map(([name, [, value]]) => [name, value]);
  await submit([{ modelId: 'a', parameters: Object.fromEntries(parameters) }]);
  const [body = {}] = requestsFrom(from);
  expect(body).toMatchObject(Object.fromEntries(Object.values(EVERY_PARAMETER)));
  const check = await readFile(new URL('../../gateway/python/run_tokens.py', import.meta.url), 'utf8');
  const allowed = /BODY_FIELDS = frozenset\(\s*"([^"]+)"/.exec(check)?.[1]?.split(' ');
  expect(allowed).toEqual(expect.arrayContaining(Object.keys(body)));
});

test('a preset reaches the model, and parameters of the person override it', async () => {
  harness.gateway.setScript('rhymer', { text: 'roses' });
  const from = harness.gateway.requests.length;
  await submit([{ modelId: 'rhymer' }]);
  await submit([{ modelId: 'rhymer', parameters: { temperature: 0 } }]);
  const system = { role: 'system', content: 'Rhyme.' };
  expect(requestsFrom(from)).toMatchObject([
    { temperature: 0.9, top_p: 0.8, messages: [system, {}] },
    { temperature: 0, top_p: 0.8, messages: [system, {}] },
  ]);
});

test('parameters of the person survive a retry and the next prompt', async () => {
  harness.gateway.setScript('a', { text: 'an answer' });
  const from = harness.gateway.requests.length;
  const { session, turn } = await submit([
    { modelId: 'a', parameters: { temperature: 0.3, maxOutputTokens: 77 } },
  ]);
  const responseId = responseIdAt(turn, 0);
  await ann.call.response.retry({ responseId });
  await watch(harness, ann, { turnId: turn.id });
  await ann.call.preference.set(ballotOn(await stored(ann, turn), [[0]]));
  const next = await ann.call.turn.submit({
    mode: 'continue',
    sessionId: session.id,
    prompt: 'More?',
    idempotencyKey: randomUUID(),
  });
  await watch(harness, ann, { turnId: next.turn.id });
  const same = { temperature: 0.3, max_tokens: 77 };
  expect(requestsFrom(from)).toMatchObject([same, same, same]);
  const kept = await harness.deps.db.select().from(runs).where(eq(runs.responseId, responseId));
  expect(kept.map(({ parameters }) => parameters)).toEqual(
    Array(2).fill({ temperature: 0.3, maxOutputTokens: 77 }),
  );
});

test('parameters of the person survive an adoption by another collector', async () => {
  harness.gateway.setScript('a', { text: 'an answer' });
  const from = harness.gateway.requests.length;
  const { deps } = harness;
  const { id: sessionId } = await ann.call.session.create({});
  const input = turnInput({ userId: ann.person.id, sessionId, models: 1 });
  const responses = input.responses.map((response) => ({
    ...response,
    modelId: 'a',
    run: { ...response.run, parameters: { temperature: 0.4 } },
  }));
  const { turn } = await createTurn(deps.db, { ...input, responses });
  const adopt = () => adoptTurn(deps, turn.id, { take: false, given: [] });
  await deps.collectors.collect(turn.id, [], adopt);
  await watch(harness, ann, { turnId: turn.id });
  expect(requestsFrom(from)).toMatchObject([{ temperature: 0.4 }]);
});

test('a person cannot request more output than the model can write', async () => {
  harness.gateway.setScript('short', { text: 'x' });
  const from = harness.gateway.requests.length;
  await submit([{ modelId: 'short', parameters: { maxOutputTokens: 5_000 } }]);
  expect(requestsFrom(from)).toMatchObject([{ max_tokens: 100 }]);
});

test.each<[string, object]>([
  ['a temperature above 2', { temperature: 2.1 }],
  ['a negative temperature', { temperature: -0.1 }],
  ['a topP above 1', { topP: 1.1 }],
  ['no output at all', { maxOutputTokens: 0 }],
  ['a part of a token', { maxOutputTokens: 1.5 }],
  ['a parameter that is not known', { stop: ['x'] }],
])('%s is refused', async (_, parameters) => {
  await expect(submit([{ modelId: 'a', parameters }])).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

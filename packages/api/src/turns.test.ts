import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter } from './root.ts';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { ballotOn, compare, responseIdAt, stored, until, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;

beforeAll(async () => {
  harness = await startHarness();
  ann = await harness.member();
});
afterAll(() => harness[Symbol.asyncDispose]());

const TEXTS = [
  'Because of **Rayleigh** scattering.',
  'Short waves scatter more: 🌊🌊.',
  '{"type":"done"}\n\ndata: no',
  'Ω',
];

describe('a comparison', () => {
  test('streams four responses, stores them byte for byte, and ends with the stored state', async () => {
    const models = ['a', 'b', 'c', 'd'];
    for (const [i, model] of models.entries())
      harness.gateway.setScript(model, { text: TEXTS[i] ?? '', tokensPerSecond: 100 });
    const from = harness.gateway.requests.length;
    const { turn } = await compare(ann, models);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    const kept = await stored(ann, turn);
    for (const [i, model] of models.entries()) {
      const sent = harness.gateway.requests
        .slice(from)
        .find((request) => request.model === model)
        ?.sentText();
      expect(viewer.state(i).text).toBe(sent);
      expect(kept.responses[i]?.text).toBe(sent);
      expect(viewer.state(i)).toMatchObject({
        status: 'completed',
        finishReason: 'stop',
        costUsd: kept.responses[i]?.costUsd,
      });
      expect(kept.responses[i]?.timings?.firstTokenMs).toBeGreaterThan(0);
      expect(viewer.state(i).timings).toEqual(kept.responses[i]?.timings);
      expect(kept.responses[i]?.answeredBy).toBe(model);
    }
    expect(viewer.entries[0]?.event.type).toBe('snapshot');
    expect(viewer.entries.at(-1)?.event.type).toBe('done');
    expect(kept.active).toBe(false);
  });

  test('leaves no process, feed or collector behind', async () => {
    harness.gateway.setScript('a', { text: 'x' });
    const { turn } = await compare(ann, ['a']);
    await watch(harness, ann, { turnId: turn.id });
    await until('no run is alive', async () => (await harness.deps.backend.list()).length === 0);
    await until('no collector is open', () => harness.deps.collectors.size === 0);
    const left = harness.deps.feed.read(turn.id, { signal: AbortSignal.timeout(5_000) });
    for await (const entries of left) expect(entries).toEqual([]);
  });

  test('names the session after the prompt', async () => {
    harness.gateway.setScript('a', { text: 'x' });
    const { session, turn } = await compare(ann, ['a'], { prompt: '# Plan a\nweek in Rome' });
    expect(session.title).toBe('Plan a');
    await watch(harness, ann, { turnId: turn.id });
  });

  test('sends each model its own request with the prompt, and never the name of another model', async () => {
    for (const model of ['a', 'b']) harness.gateway.setScript(model, { text: `I am ${model}` });
    const from = harness.gateway.requests.length;
    const { turn } = await compare(ann, ['a', 'b'], { prompt: 'Who are you?' });
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.states.map(({ text }) => text)).toEqual(['I am a', 'I am b']);
    const bodies = harness.gateway.requests.slice(from).map(({ body }) => body);
    expect(bodies.map(({ model }) => model).sort()).toEqual(['a', 'b']);
    for (const body of bodies) expect(body.messages).toEqual([{ role: 'user', content: 'Who are you?' }]);
  });
});

describe('continuing with the chosen model', () => {
  test('sends it the prompt, its chosen answer and the new prompt, in the same session', async () => {
    harness.gateway.setScript('a', { text: 'answer of a' });
    harness.gateway.setScript('b', { text: 'answer of b' });
    const { session, turn } = await compare(ann, ['a', 'b'], { prompt: 'first' });
    await watch(harness, ann, { turnId: turn.id });
    await ann.call.preference.set(ballotOn(turn, [[1]]));
    const next = await ann.call.turn.submit({
      sessionId: session.id,
      prompt: 'second',
      mode: 'continue',
      idempotencyKey: randomUUID(),
    });
    await watch(harness, ann, { turnId: next.turn.id });
    expect(harness.gateway.requests.at(-1)?.body).toMatchObject({
      model: 'b',
      messages: [
        { role: 'user', content: 'first' },
        { role: 'assistant', content: 'answer of b' },
        { role: 'user', content: 'second' },
      ],
    });
    expect((await ann.call.session.get({ sessionId: session.id })).turns).toHaveLength(2);
  });

  test('is refused while nothing was chosen', async () => {
    harness.gateway.setScript('a', { text: 'x' });
    const { session, turn } = await compare(ann, ['a']);
    await watch(harness, ann, { turnId: turn.id });
    const input = { sessionId: session.id, prompt: 'more', mode: 'continue' as const };
    await expect(ann.call.turn.submit({ ...input, idempotencyKey: randomUUID() })).rejects.toMatchObject({
      cause: { code: 'nothing_to_continue' },
    });
  });
});

describe('a double click on send', () => {
  test('creates one turn, in one session, with one request per model', async () => {
    harness.gateway.setScript('a', { text: 'once' });
    const from = harness.gateway.requests.length;
    const member = await harness.member();
    const input = {
      prompt: 'twice?',
      panels: [{ modelId: 'a' }],
      mode: 'compare' as const,
      idempotencyKey: randomUUID(),
    };
    const [one, two] = await Promise.all([member.call.turn.submit(input), member.call.turn.submit(input)]);
    expect(one.turn.id).toBe(two.turn.id);
    await watch(harness, member, { turnId: one.turn.id });
    expect((await member.call.session.list({})).items).toHaveLength(1);
    expect(harness.gateway.requests.length - from).toBe(1);
  });
});

describe('invalid input is refused with a specific code and stores nothing', () => {
  const cases: [string, { prompt?: string; modelIds?: string[] }, string][] = [
    ['no model', { modelIds: [] }, 'models_missing'],
    ['seven models', { modelIds: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }, 'models_too_many'],
    ['an unknown model', { modelIds: ['nobody'] }, 'model_unknown'],
    ['an empty prompt', { prompt: '' }, 'prompt_empty'],
    ['white space', { prompt: ' \n\t' }, 'prompt_empty'],
    ['1 MB', { prompt: 'x'.repeat(1024 * 1024) }, 'prompt_too_long'],
    ['a NUL', { prompt: 'a\0b' }, 'prompt_has_nul'],
  ];
  test.each(cases)('%s', async (_, given, code) => {
    const member = await harness.member();
    const { prompt = 'hello', modelIds = ['a'] } = given;
    const panels = modelIds.map((modelId) => ({ modelId }));
    const input = { mode: 'compare' as const, prompt, panels };
    const submitted = member.call.turn.submit({ ...input, idempotencyKey: randomUUID() });
    await expect(submitted).rejects.toMatchObject({ cause: { code } });
    expect((await member.call.session.list({})).items).toEqual([]);
  });

  test('a NUL in the idempotency key', async () => {
    const member = await harness.member();
    const input = { mode: 'compare' as const, prompt: 'hello', panels: [{ modelId: 'a' }] };
    const submitted = member.call.turn.submit({ ...input, idempotencyKey: `${randomUUID()}\0` });
    await expect(submitted).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });
});

const WITHOUT_IDS: ReadonlySet<string> = new Set([
  'account.signOutEverywhere',
  'account.changePassword',
  'account.signUp',
  'account.status',
  'health',
  'model.list',
  'providerKey.delete',
  'providerKey.list',
  'providerKey.set',
  'session.create',
  'session.list',
]);

describe('the data of another person', () => {
  test('looks as if it did not exist, in every procedure that takes an id', async () => {
    harness.gateway.setScript('a', { text: 'private' });
    const { session, turn } = await compare(ann, ['a']);
    await watch(harness, ann, { turnId: turn.id });
    const bob = (await harness.member()).call;
    const sessionId = session.id;
    const turnId = turn.id;
    const responseId = responseIdAt(turn, 0);
    const submitted = { sessionId, prompt: 'x', idempotencyKey: randomUUID() };
    const ballot = ballotOn(turn, [[0]]);
    const { preferenceId } = ballot;
    await ann.call.preference.set(ballot);
    const calls: Record<string, () => Promise<unknown>> = {
      'session.get': () => bob.session.get({ sessionId }),
      'session.turns': () => bob.session.turns({ sessionId, before: 2 }),
      'session.rename': () => bob.session.rename({ sessionId, title: 'mine' }),
      'session.delete': () => bob.session.delete({ sessionId }),
      'session.restore': () => bob.session.restore({ sessionId }),
      'turn.submit': () => bob.turn.submit({ ...submitted, mode: 'compare', panels: [{ modelId: 'a' }] }),
      'turn.submit to continue': () => bob.turn.submit({ ...submitted, mode: 'continue' }),
      'turn.cancel': () => bob.turn.cancel({ turnId }),
      'turn.reveal': () => bob.turn.reveal({ turnId }),
      'turn.events': async () => {
        for await (const _ of await bob.turn.events({ turnId })) throw new Error('an event came');
      },
      'response.cancel': () => bob.response.cancel({ responseId }),
      'response.text': () => bob.response.text({ responseId, attempt: 1 }),
      'response.retry': () => bob.response.retry({ responseId }),
      'preference.set': () => bob.preference.set(ballotOn(turn, [])),
      'preference.amend': () => bob.preference.amend({ preferenceId, feedback: 'mine' }),
      'preference.clear': () => bob.preference.clear({ turnId }),
    };
    for (const [path, call] of Object.entries(calls))
      await expect(call(), path).rejects.toMatchObject({ cause: { code: 'not_found' } });
    // Add new procedures to the list above, unless they take no id.
    const all = Object.keys(appRouter._def.procedures);
    expect(all.filter((path) => !WITHOUT_IDS.has(path)).toSorted()).toEqual(
      [...new Set(Object.keys(calls).map((path) => path.replace(/ .*/, '')))].toSorted(),
    );
    expect((await bob.session.list({})).items).toEqual([]);
    expect((await ann.call.session.get({ sessionId })).title).toBe(session.title);
  });
});

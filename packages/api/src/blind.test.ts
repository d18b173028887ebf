import { randomUUID } from 'node:crypto';
import type { RevealPace } from '@aideator/contract/statuses';
import type { TurnView } from '@aideator/contract/views';
import { ballotEntries } from '@aideator/db/schema/ballot-entries';
import { responses } from '@aideator/db/schema/responses';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { scriptedModel } from './testing/test-deps.ts';
import { ballotOn, responseIdAt, stored, until } from './testing/turns.ts';

/** In everything that says which model it is. */
const CANARY = /zeta/i;
/** A number of tokens that occurs nowhere else. */
const TOKENS = 987_654;
/** Fields that say something about a model without its name. */
const TELLTALES =
  /"(usage|timings|costUsd|firstTokenMs|firstTextMs|firstTokenLimitMs|firstTokenLeftMs|retryInMs|answeredBy|parameters|provider|citations|outputTokensMax|finishReason|namesItself)"/;

const MODEL_IDS = ['zeta-plain', 'zeta-thinking', 'zeta-broken', 'zeta-retried'];
const NAMING = 'zeta-naming';

let harness: Harness;
let ann: Member;
beforeAll(async () => {
  harness = await startHarness({
    models: [...MODEL_IDS, NAMING].map((id) =>
      scriptedModel(id, { name: `Zeta ${id}`, provider: 'zetacorp', providerName: 'ZetaCorp' }),
    ),
  });
  ann = await harness.member();
  const usage = { prompt_tokens: TOKENS, completion_tokens: TOKENS };
  const refusal = { status: 400, body: { error: { message: 'zeta-broken of ZetaCorp is gone' } } };
  const busy = { status: 429, headers: { 'retry-after': '1' }, body: { error: { message: 'zeta is busy' } } };
  harness.gateway.setScript('zeta-plain', { text: 'The sky scatters blue light.', usage });
  harness.gateway.setScript(NAMING, { text: 'I am made by ZetaCorp.' });
  harness.gateway.setScript('zeta-thinking', { text: 'Short waves.', reasoning: 'I am Zeta.', usage });
  harness.gateway.setScript('zeta-broken', { error: refusal });
  harness.gateway.setScript('zeta-retried', { text: 'Air does it.', usage, failFirst: [busy] });
});
afterAll(() => harness[Symbol.asyncDispose]());

/** A client of the API over HTTP that keeps every byte it received. */
class Client {
  received = '';

  async query(path: string, input: object): Promise<string> {
    const query = encodeURIComponent(JSON.stringify({ json: input }));
    return this.#keep(
      await fetch(`${harness.baseUrl}/trpc/${path}?input=${query}`, { headers: harness.headersOf(ann) }),
    );
  }

  async mutate(path: string, input: object): Promise<string> {
    return this.#keep(
      await fetch(`${harness.baseUrl}/trpc/${path}`, {
        method: 'POST',
        headers: { ...harness.headersOf(ann), 'content-type': 'application/json' },
        body: JSON.stringify({ json: input }),
      }),
    );
  }

  async #keep(response: Response): Promise<string> {
    const body = await response.text();
    this.received += `${[...response.headers].join('\n')}\n${body}\n`;
    return body;
  }
}

const submission = (pace: RevealPace, modelIds = MODEL_IDS) => ({
  mode: 'compare' as const,
  prompt: 'Why is the sky blue?',
  panels: modelIds.map((modelId) => ({ modelId, parameters: { temperature: 0.5 } })),
  blind: { pace },
  idempotencyKey: randomUUID(),
});
const turnIn = (body: string): TurnView => JSON.parse(body).result.data.json.turn;

const rowsOf = ({ id }: Pick<TurnView, 'id'>) =>
  harness.deps.db.select().from(responses).where(eq(responses.turnId, id)).orderBy(asc(responses.position));

test.each(['together', 'even'] as const)(
  'before the verdict no byte of any reply tells which model gave an answer (pace: %s)',
  async (pace) => {
    const client = new Client();
    const input = submission(pace);
    const turn = turnIn(await client.mutate('turn.submit', input));
    const { id: turnId, sessionId } = turn;
    await client.query('session.get', { sessionId });
    await client.mutate('turn.submit', input);
    expect(await client.query('turn.events', { turnId })).toContain('"done"');
    await client.query('turn.events', { turnId, lastEventId: '1-1' });
    const broken = (await rowsOf(turn)).find(({ modelId }) => modelId === 'zeta-broken');
    await client.mutate('response.retry', { responseId: broken?.id });
    await client.query('turn.events', { turnId });
    await client.mutate('response.retry', { responseId: 'rsp_none' });
    for (const { responseId, attempt } of turn.responses) {
      await client.query('response.text', { responseId, attempt });
      await client.mutate('response.cancel', { responseId });
    }
    await client.query('session.get', { sessionId });
    await client.query('session.turns', { sessionId, before: 2 });
    await client.query('session.list', {});
    await client.mutate('turn.submit', { ...submission(pace), mode: 'continue', sessionId });
    const { received } = client;
    expect(received).not.toMatch(CANARY);
    expect(received).not.toMatch(TELLTALES);
    expect(received).not.toContain(String(TOKENS));
    expect(received).toContain('Answer D');
    expect(received).toContain('Short waves.');
    // The same calls tell everything after the verdict, so the search above can find it.
    await ann.call.preference.set(ballotOn(await stored(ann, turn), [[0]]));
    await client.query('session.get', { sessionId });
    expect(client.received).toMatch(CANARY);
    expect(client.received).toMatch(TELLTALES);
    expect(client.received).toContain(String(TOKENS));
  },
);

test('no text is sent until all answers are there; how many are over is sent', async () => {
  const { turn } = await ann.call.turn.submit(submission('together', ['zeta-plain', 'zeta-thinking']));
  const seen: string[] = [];
  for await (const event of await ann.call.turn.events({ turnId: turn.id })) {
    const [, data] = event as unknown as [string, { type: string; overCount?: number }];
    seen.push(JSON.stringify(data));
    const texts = seen.filter((each) => /blue light|Short waves/.test(each));
    if ((data.overCount ?? 0) < 2 && data.type !== 'done') expect(texts).toEqual([]);
  }
  expect(seen.at(-1)).toBe('{"type":"done"}');
  expect(seen.at(-2)).toContain('"overCount":2');
  expect(seen.join('')).toMatch(/blue light.*Short waves|Short waves.*blue light/);
});

test('answers are stored in another order than they were asked for, by chance', async () => {
  const orders = new Set<string>();
  await until('two orders were drawn', async () => {
    const { turn } = await ann.call.turn.submit(submission('together', ['zeta-plain', 'zeta-thinking']));
    const rows = await rowsOf(turn);
    expect(rows.map(({ modelId }) => modelId).toSorted()).toEqual(['zeta-plain', 'zeta-thinking']);
    orders.add(rows.map(({ modelId }) => modelId).join());
    await until('the turn is over', async () => !(await stored(ann, turn)).active);
    return orders.size === 2;
  });
});

test('a verdict in another tab reveals a stream that is open', async () => {
  harness.gateway.setScript('zeta-plain', { text: 'The sky scatters blue light.', stallAfterChunks: 2 });
  const { turn } = await ann.call.turn.submit(submission('together', ['zeta-plain', 'zeta-thinking']));
  const seen: string[] = [];
  for await (const event of await ann.call.turn.events({ turnId: turn.id })) {
    seen.push(JSON.stringify(event));
    if (seen.length === 1) {
      expect(seen.join()).not.toContain('Short waves.');
      const revealed = await ann.call.turn.reveal({ turnId: turn.id });
      expect(revealed.blind).toMatchObject({ pace: 'together', isRevealed: true });
      expect(revealed.responses.map(({ modelId }) => modelId).toSorted()).toEqual([
        'zeta-plain',
        'zeta-thinking',
      ]);
    }
    if (/Short waves/.test(seen.join())) break;
  }
  await ann.call.turn.cancel({ turnId: turn.id });
  await until('the turn is over', async () => !(await stored(ann, turn)).active);
});

test('a blind ballot stays blind, and one after the reveal says so', async () => {
  const { turn } = await ann.call.turn.submit(submission('together', ['zeta-thinking', 'zeta-naming']));
  await until('the turn is over', async () => !(await stored(ann, turn)).active);
  const hidden = await stored(ann, turn);
  expect(hidden.blind).toEqual({ pace: 'together', isRevealed: false, overCount: 2 });
  expect(hidden.responses.map(({ modelName }) => modelName)).toEqual(['Answer A', 'Answer B']);
  const given = await ann.call.preference.set(ballotOn(hidden, [[0]]));
  expect(given).toMatchObject({ isBlind: true, isAfterReveal: false });
  const open = await stored(ann, turn);
  expect(open.blind).toMatchObject({ isRevealed: true });
  expect(open.responses.map(({ modelId }) => modelId)).toEqual(
    (await rowsOf(turn)).map(({ modelId }) => modelId),
  );
  expect(open.responses.map(({ namesItself }) => namesItself)).toEqual(
    open.responses.map(({ modelId }) => (modelId === 'zeta-naming' ? true : undefined)),
  );
  const entries = await harness.deps.db
    .select({ modelId: ballotEntries.modelId, namesItself: ballotEntries.namesItself })
    .from(ballotEntries)
    .where(eq(ballotEntries.preferenceId, given?.id ?? 'prf_none'))
    .orderBy(asc(ballotEntries.modelId));
  expect(entries).toEqual([
    { modelId: 'zeta-naming', namesItself: true },
    { modelId: 'zeta-thinking', namesItself: false },
  ]);
  const changed = await ann.call.preference.set(ballotOn(open, [[1]], { worstPosition: 0 }));
  expect(changed).toMatchObject({ isBlind: false, isAfterReveal: true });
});

test('a blind turn needs two models, and another person cannot reveal it', async () => {
  await expect(ann.call.turn.submit(submission('even', ['zeta-plain']))).rejects.toMatchObject({
    cause: { code: 'blind_needs_models' },
  });
  const { turn } = await ann.call.turn.submit(submission('even', ['zeta-thinking', 'zeta-thinking']));
  const bob = await harness.member();
  await expect(bob.call.turn.reveal({ turnId: turn.id })).rejects.toMatchObject({
    cause: { code: 'not_found' },
  });
  await until('the turn is over', async () => !(await stored(ann, turn)).active);
  expect(responseIdAt(turn, 1)).toBe((await stored(ann, turn)).responses[1]?.responseId);
});

import { readFileSync } from 'node:fs';
import type { ResponseState } from '@aideator/contract/frames';
import { gatewayConfigText } from '@aideator/gateway/config';
import type { Script } from '@aideator/gateway/testing/script';
import { type ScriptedGateway, startScriptedGateway } from '@aideator/gateway/testing/scripted-gateway';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Harness, Member } from './testing/harness.ts';
import { type LitellmHarness, startLitellmHarness } from './testing/litellm-harness.ts';
import { compare, stored, watch } from './testing/turns.ts';

/** Replies of a provider, through the real LiteLLM and the whole program. */
const MODEL = 'own-key/openai/gpt-4o-mini';
const PRICES = { inputUsdPerMillion: '1', outputUsdPerMillion: '4', cacheReadUsdPerMillion: '0.1' };
const REPLIES = new URL('../../../apps/runner/src/__fixtures__/replies/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, REPLIES), 'utf8');

let provider: ScriptedGateway;
let gateway: LitellmHarness;
let harness: Harness;
let ann: Member;

beforeAll(async () => {
  provider = await startScriptedGateway({ fallback: { text: 'an answer' } });
  gateway = await startLitellmHarness({
    config: gatewayConfigText({ serverKeys: [], apiBases: { openai: `${provider.baseUrl}/v1` } }),
    prices: { [MODEL]: PRICES },
  });
  harness = gateway.harness;
  ann = await harness.member();
  await ann.call.providerKey.set({ provider: 'openai', key: 'sk-0123456789abcdef0123' });
}, 600_000);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await provider?.close();
});

/** The final state of a response after the provider sent this script. What is stored equals it. */
async function sent(script: Script): Promise<ResponseState> {
  provider.setScript('gpt-4o-mini', script);
  const { turn } = await compare(ann, [MODEL]);
  const state = (await watch(harness, ann, { turnId: turn.id })).state(0);
  const { firstTokenMs: _, firstTextMs: __, ...shown } = state;
  expect((await stored(ann, turn)).responses[0]).toMatchObject(shown);
  return state;
}

/** The final state of a response after the provider sent a fixture. */
function played(name: string): Promise<ResponseState> {
  if (name.endsWith('.md')) return sent({ text: fixture(name) });
  const { writes, headers, packed } = JSON.parse(fixture(`${name}.json`));
  return sent({ raw: writes, ...(headers && { headers }), ...(packed && { encoding: packed }) });
}

const chunk = (value: object): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...value })}\n\n`;
const delta = (content: unknown, finish: string | null = null): string =>
  chunk({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });

test('thoughts in the content are split off', async () => {
  expect(await played('think-tags.md')).toMatchObject({
    status: 'completed',
    text: 'The answer is **42**.',
    reasoning: 'The user wants a number. 6 times 7 is 42.\nI should answer briefly.',
  });
  expect(await played('think-close-only.md')).toMatchObject({
    status: 'completed',
    text: 'The capital is **Oslo**.\n',
    reasoning: 'The person wants a capital, so I only name it.',
  });
  expect(await played('think-in-code.md')).toMatchObject({
    status: 'completed',
    text: fixture('think-in-code.md'),
    reasoning: '',
  });
});

const USAGE = { inputTokens: 10, outputTokens: 5 };
const ANSWERS: ReadonlyArray<[string, Partial<ResponseState>]> = [
  ['whole-answer-as-json', { text: 'A whole answer in one JSON.', usage: expect.objectContaining(USAGE) }],
  ['message-in-chunk', { text: 'A whole message in a chunk.', usage: expect.objectContaining(USAGE) }],
  ['thinking-parts', { text: 'Option one. It is cheaper.', reasoning: 'I weigh the options.' }],
  ['packed', { text: 'A packed answer.' }],
  ['slow-first-token', { text: 'Late but whole.' }],
];
test.each(ANSWERS)('the answer of %s is whole', async (name, expected) => {
  expect(await played(name)).toMatchObject({ status: 'completed', ...expected });
});

const FAILURES = [
  {
    name: 'finish-error',
    code: 'gateway_error',
    text: 'The first half of the answer',
    words: 'Upstream died',
  },
  {
    name: 'error-object-then-done',
    code: 'gateway_error',
    text: 'Some words',
    words: 'The card ran out of memory',
  },
  {
    name: 'unknown-finish',
    code: 'finish_unknown',
    text: 'Half of it',
    words: 'insufficient_system_resource',
  },
  { name: 'tool-call-only', code: 'tool_called', text: '', words: 'find_flight' },
  { name: 'html-page', code: 'web_page_received', text: '', words: 'Its title is "Network log-in".' },
  {
    name: 'json-error',
    code: 'gateway_rejected',
    text: '',
    words: 'No capacity for this model in your region',
  },
  { name: 'nothing-arrived', code: 'stream_broken', text: '', words: 'before its first token' },
];
test.each(FAILURES)(
  '$name fails as $code, with its text and its words',
  async ({ name, code, text, words }) => {
    const state = await played(name);
    expect(state).toMatchObject({ status: 'failed', text, error: { code } });
    expect(state.error?.detail).toContain(words);
    // Only the provider's message, without the names of LiteLLM's classes.
    expect(state.error?.detail).not.toMatch(/litellm/i);
  },
);

test('sources at the top of a chunk and in its delta are kept', async () => {
  expect((await played('citations')).citations).toEqual([
    { url: 'https://example.org/tower', title: 'Tower' },
    { url: 'https://example.com/history' },
  ]);
});

test('cached input and reasoning outside of the completion cost what the provider bills', async () => {
  expect(await played('cached-tokens')).toMatchObject({
    status: 'completed',
    usage: { inputTokens: 10_000, outputTokens: 100, cachedInputTokens: 9_000 },
    costUsd: '0.0023',
  });
  expect(await played('reasoning-outside')).toMatchObject({
    status: 'completed',
    reasoning: 'Long thoughts.',
    text: 'Short.',
    costUsd: '0.00403',
  });
});

test('20,000 letters without a space arrive', async () => {
  const text = 'x'.repeat(20_000);
  const chunks = text.match(/.{100}/g) ?? [];
  expect(await sent({ chunks })).toMatchObject({ status: 'completed', text });
});

test('a temporary error is retried, a permanent one is not', async () => {
  const before = provider.requests.length;
  await played('json-error');
  expect(provider.requests.length - before).toBe(1);
  const busy = { error: { message: 'The engine is busy', code: 503 } };
  await sent({ raw: [JSON.stringify(busy)], headers: { 'content-type': 'application/json' } });
  expect(provider.requests.length - before).toBeGreaterThan(2);
});

test('a stream that ends without a finish reason fails, with its text', async () => {
  expect(await sent({ raw: [delta('Cut')] })).toMatchObject({
    status: 'failed',
    text: 'Cut',
    error: { code: 'stream_broken', detail: 'The stream ended without a finish reason.' },
  });
});

test('the usage that follows an error is kept', async () => {
  const usage = { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 };
  const raw = [delta('Some'), chunk({ error: { message: 'Gone' } }), chunk({ choices: [], usage })];
  expect(await sent({ raw: [...raw, 'data: [DONE]\n\n'] })).toMatchObject({
    status: 'failed',
    text: 'Some',
    usage: { inputTokens: 20, outputTokens: 7 },
  });
});

test('a message that repeats the text so far adds what is new', async () => {
  const whole = (content: string, finish: string | null) =>
    chunk({ choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: finish }] });
  const raw = [delta('One two'), whole('One two three', null), whole('One two three', 'stop')];
  expect(await sent({ raw: [...raw, 'data: [DONE]\n\n'] })).toMatchObject({
    status: 'completed',
    text: 'One two three',
  });
});

test('chunks without blank lines between them, cut anywhere, are read one by one', async () => {
  const bytes = Buffer.from(
    [delta('Grüße'), delta(' an alle', 'stop'), 'data: [DONE]'].join('').replaceAll('\n\n', '\n'),
  );
  const raw = Array.from({ length: Math.ceil(bytes.length / 13) }, (_, i) =>
    bytes.subarray(i * 13, i * 13 + 13),
  );
  expect(await sent({ raw })).toMatchObject({ status: 'completed', text: 'Grüße an alle' });
});

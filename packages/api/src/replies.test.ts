import { readFileSync } from 'node:fs';
import type { ResponseState } from '@aideator/contract/frames';
import { afterEach, describe, expect, test } from 'vitest';
import { type Harness, type HarnessOptions, type Member, startHarness } from './testing/harness.ts';
import { scriptedModel } from './testing/test-deps.ts';
import { ballotOn, compare, responseIdAt, stored, until, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;

async function start(options: HarnessOptions = {}): Promise<void> {
  harness = await startHarness(options);
  ann = await harness.member();
}
afterEach(() => harness[Symbol.asyncDispose]());

const REPLIES = new URL('../../../apps/runner/src/__fixtures__/replies/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, REPLIES), 'utf8');

/** Makes a model send a fixture. */
function play(model: string, name: string): void {
  if (name.endsWith('.md')) {
    harness.gateway.setScript(model, { text: fixture(name), tokensPerSecond: 60 });
    return;
  }
  const { writes, headers, packed } = JSON.parse(fixture(`${name}.json`));
  harness.gateway.setScript(model, {
    raw: writes,
    ...(headers && { headers }),
    ...(packed && { encoding: packed }),
  });
}

/** The final state of a turn, which equals the stored one. */
async function played(name: string): Promise<ResponseState> {
  play('a', name);
  const { turn } = await compare(ann, ['a']);
  const viewer = await watch(harness, ann, { turnId: turn.id });
  const { firstTokenMs: _, firstTextMs: __, ...shown } = viewer.state(0);
  expect((await stored(ann, turn)).responses[0]).toMatchObject(shown);
  return viewer.state(0);
}

describe('the reply of a server', () => {
  test('is shown and stored as what it is', async () => {
    await start();
    expect(await played('whole-answer-as-json')).toMatchObject({
      status: 'completed',
      text: 'A whole answer in one JSON.',
      usage: { inputTokens: 10, outputTokens: 5 },
    });
    expect(await played('packed')).toMatchObject({ status: 'completed', text: 'A packed answer.' });
    expect(await played('message-in-chunk')).toMatchObject({
      status: 'completed',
      text: 'A whole message in a chunk.',
    });
    expect(await played('thinking-parts')).toMatchObject({
      status: 'completed',
      text: 'Option one. It is cheaper.',
      reasoning: 'I weigh the options.',
    });
  });

  test('is a failure with its own words and the text that arrived', async () => {
    await start();
    const failed = async (name: string) => {
      const { status, text, error } = await played(name);
      expect(status).toBe('failed');
      return [error?.code, text, error?.detail];
    };
    expect(await failed('finish-error')).toEqual([
      'gateway_error',
      'The first half of the answer',
      'Upstream died',
    ]);
    expect(await failed('error-object-then-done')).toEqual([
      'gateway_error',
      'Some words',
      'The card ran out of memory',
    ]);
    expect(await failed('unknown-finish')).toEqual([
      'finish_unknown',
      'Half of it',
      expect.stringContaining('insufficient_system_resource'),
    ]);
    expect(await failed('tool-call-only')).toEqual([
      'tool_called',
      '',
      expect.stringContaining('find_flight'),
    ]);
    expect(await failed('html-page')).toEqual([
      'web_page_received',
      '',
      expect.stringContaining('Network log-in'),
    ]);
    expect(await failed('json-error')).toEqual([
      'gateway_rejected',
      '',
      'No capacity for this model in your region',
    ]);
    expect(await failed('nothing-arrived')).toEqual(['stream_broken', '', expect.any(String)]);
  });
});

describe('thoughts in the content', () => {
  test('are reasoning and are not sent to models in the next turn', async () => {
    await start();
    play('a', 'think-tags.md');
    const { session, turn } = await compare(ann, ['a']);
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({
      status: 'completed',
      text: 'The answer is **42**.',
      reasoning: 'The user wants a number. 6 times 7 is 42.\nI should answer briefly.',
      timings: { firstTokenMs: expect.any(Number), firstTextMs: expect.any(Number) },
    });
    await ann.call.preference.set(ballotOn(turn, [[0]]));
    harness.gateway.setScript('a', { text: 'Yes.' });
    const next = await compare(ann, ['a'], { sessionId: session.id, prompt: 'Sure?' });
    await watch(harness, ann, { turnId: next.turn.id });
    expect(harness.gateway.requests.at(-1)?.body.messages).toEqual([
      { role: 'user', content: expect.any(String) },
      { role: 'assistant', content: 'The answer is **42**.' },
      { role: 'user', content: 'Sure?' },
    ]);
  });

  const SEPARATED = {
    status: 'completed',
    text: 'The capital is **Oslo**.\n',
    reasoning: 'The person wants a capital, so I only name it.',
  };
  const chunkOf = (content: string) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

  test('move out of the text when only their closing tag arrives', async () => {
    await start();
    const shown = Promise.withResolvers<void>();
    const [thoughts = '', ...rest] = fixture('think-close-only.md').split(/(?<=\.)(?=\n<)/);
    harness.gateway.setScript('a', {
      raw: [chunkOf(thoughts), { until: shown.promise }, ...rest.map(chunkOf), 'data: [DONE]\n\n'],
    });
    const { turn } = await compare(ann, ['a']);
    const viewer = await watch(harness, ann, {
      turnId: turn.id,
      onEvent: ({ states: [state] }) => {
        if (state?.text.startsWith('The person wants')) shown.resolve();
      },
    });
    expect(viewer.state(0)).toMatchObject(SEPARATED);
    expect((await stored(ann, turn)).responses[0]).toMatchObject(SEPARATED);
  });

  test('are separated from the text even if the run is recorded from its lines', async () => {
    await start({ callbackFault: (path) => (path.includes('run.complete') ? 409 : undefined) });
    expect(await played('think-close-only.md')).toMatchObject(SEPARATED);
  });

  test('stay text in an answer about such tags', async () => {
    await start();
    expect(await played('think-in-code.md')).toMatchObject({
      status: 'completed',
      text: fixture('think-in-code.md'),
      reasoning: '',
    });
  });
});

test('citations of a provider are streamed, stored, and cleared by a retry', async () => {
  await start();
  const citations = [
    { url: 'https://example.org/tower', title: 'Tower' },
    { url: 'https://example.com/history' },
  ];
  const streamed = Promise.withResolvers<void>();
  const [first, ...rest] = JSON.parse(fixture('citations.json')).writes;
  harness.gateway.setScript('a', { raw: [first, { until: streamed.promise }, ...rest] });
  const { turn } = await compare(ann, ['a']);
  const viewer = await watch(harness, ann, {
    turnId: turn.id,
    onEvent: ({ states: [state] }) => {
      if (state?.status === 'streaming' && state.citations) streamed.resolve();
    },
  });
  expect(viewer.state(0).citations).toEqual(citations);
  expect((await stored(ann, turn)).responses[0]?.citations).toEqual(citations);
  harness.gateway.setScript('a', { text: 'no sources' });
  await ann.call.response.retry({ responseId: responseIdAt(turn, 0) });
  await watch(harness, ann, { turnId: turn.id });
  expect((await stored(ann, turn)).responses[0]).not.toHaveProperty('citations');
});

test('a model is asked for all output that it can write, and the cap is reported when it cuts the response', async () => {
  await start({ models: [{ ...scriptedModel('a'), outputTokensMax: 16_384 }, scriptedModel('b')] });
  harness.gateway.setScript('a', { text: 'as far as it goes', finishReason: 'length' });
  harness.gateway.setScript('b', { text: 'free' });
  const { turn } = await compare(ann, ['a', 'b']);
  const viewer = await watch(harness, ann, { turnId: turn.id });
  const asked = (model: string) =>
    harness.gateway.requests.find((request) => request.model === model)?.body.max_tokens;
  expect(asked('a')).toBe(16_384);
  expect(asked('b')).toBe(scriptedModel('b').outputTokensMax);
  expect(viewer.state(0)).toMatchObject({ finishReason: 'length', outputTokensMax: 16_384 });
});

test('while waiting for the first token, a viewer gets the time limit and the time left', async () => {
  await start({ models: [{ ...scriptedModel('a'), firstTokenTimeoutSeconds: 7 }] });
  harness.gateway.setScript('a', { text: 'late', firstTokenMs: 600 });
  const { turn } = await compare(ann, ['a']);
  const waits: ResponseState[] = [];
  const viewer = await watch(harness, ann, {
    turnId: turn.id,
    onEvent: ({ states: [state] }) => {
      if (state?.status === 'running') waits.push(state);
    },
  });
  expect(waits[0]).toMatchObject({ firstTokenLimitMs: 7_000 });
  expect(waits[0]?.firstTokenLeftMs).toBeGreaterThan(5_000);
  expect(waits[0]?.firstTokenLeftMs).toBeLessThanOrEqual(7_000);
  expect(viewer.state(0)).not.toHaveProperty('firstTokenLimitMs');
});

test('a model that takes too long to its first token fails with a specific reason', async () => {
  await start({ run: { firstTokenTimeoutSeconds: 0.5 } });
  harness.gateway.setScript('a', { text: 'never', stallAfterChunks: 0 });
  const { turn } = await compare(ann, ['a']);
  const viewer = await watch(harness, ann, { turnId: turn.id });
  expect(viewer.state(0)).toMatchObject({ status: 'failed', error: { code: 'first_token_timeout' } });
  await until('the gateway was left', () => harness.gateway.requests.length === 1);
});

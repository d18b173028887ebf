import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type RunResult, runResultSchema } from '@aideator/contract/hand-over';
import { describe, expect, test } from 'vitest';
import { only, openBench, reasoningOf, runHere, type Script, textOf } from './testing/harness.ts';

/** Unusual replies of servers, with their expected results. */
interface Reply {
  writes: NonNullable<Script['raw']>;
  headers?: Record<string, string>;
  packed?: Script['encoding'];
}

const USAGE = { inputTokens: 10, outputTokens: 5, estimated: false };
const STOP = { status: 'completed', finishReason: 'stop' };
const failed = (code: string, words: string) => ({
  status: 'failed',
  error: { code, detail: expect.stringContaining(words) },
});

const REPLIES: Record<string, Partial<Record<keyof RunResult, unknown>>> = {
  'cached-tokens': {
    text: 'cached',
    outcome: STOP,
    usage: { inputTokens: 10_000, outputTokens: 100, cachedInputTokens: 9_000, estimated: false },
  },
  citations: {
    text: 'The tower is 330 m high[1] and opened in 1889[2].',
    outcome: STOP,
    usage: USAGE,
    citations: [{ url: 'https://example.org/tower', title: 'Tower' }, { url: 'https://example.com/history' }],
  },
  'error-object-then-done': {
    text: 'Some words',
    outcome: failed('gateway_error', 'ran out of memory'),
  },
  'finish-error': {
    text: 'The first half of the answer',
    outcome: failed('gateway_error', 'Upstream died'),
    usage: USAGE,
  },
  'html-page': { text: '', outcome: failed('web_page_received', 'Network log-in') },
  'json-error': { text: '', outcome: failed('gateway_rejected', 'No capacity for this model') },
  'message-in-chunk': { text: 'A whole message in a chunk.', outcome: STOP, usage: USAGE },
  'nothing-arrived': { text: '', outcome: failed('stream_broken', 'before its first token') },
  packed: { text: 'A packed answer.', outcome: STOP, usage: USAGE },
  'reasoning-outside': {
    text: 'Short.',
    reasoning: 'Long thoughts.',
    outcome: STOP,
    usage: { inputTokens: 10, outputTokens: 1_005, reasoningTokens: 1_000, estimated: false },
  },
  'slow-first-token': { text: 'Late but whole.', outcome: STOP, usage: USAGE },
  'thinking-parts': {
    text: 'Option one. It is cheaper.',
    reasoning: 'I weigh the options.',
    outcome: STOP,
    usage: USAGE,
  },
  'tool-call-only': { text: '', outcome: failed('tool_called', '"find_flight"') },
  'unknown-finish': {
    text: 'Half of it',
    outcome: failed('finish_unknown', 'insufficient_system_resource'),
    usage: USAGE,
  },
  'whole-answer-as-json': { text: 'A whole answer in one JSON.', outcome: STOP, usage: USAGE },
};

const fixture = (name: string) =>
  readFile(new URL(`./__fixtures__/replies/${name}`, import.meta.url), 'utf8');

/** Shortens the waits of a fixture; tests of the limits cover long ones. */
const WAIT_MS_MAX = 300;

async function scriptOf(name: string): Promise<Script> {
  const { writes, headers, packed } = JSON.parse(await fixture(`${name}.json`)) as Reply;
  const raw = writes.map((each) =>
    typeof each === 'object' && 'wait' in each ? { wait: Math.min(each.wait, WAIT_MS_MAX) } : each,
  );
  return { raw, ...(headers && { headers }), ...(packed && { encoding: packed }) };
}

/** Plays a script and returns the handed-over result. Expects the lines to contain the same. */
async function resultOf(script: Script) {
  await using bench = await openBench(script);
  const { events } = await runHere(bench);
  const result = bench.callback.handOvers[0]?.result;
  if (!result) throw new Error('nothing was handed over');
  expect(runResultSchema.parse(result)).toEqual(result);
  expect(textOf(events)).toBe(result.text);
  expect(reasoningOf(events)).toBe(result.reasoning);
  expect(result.textSha256).toBe(createHash('sha256').update(result.text).digest('hex'));
  const cited = events.flatMap((event) => (event.type === 'citations' ? event.citations : []));
  expect(new Set(cited.map(({ url }) => url))).toEqual(new Set(result.citations?.map(({ url }) => url)));
  expect(only(events, result.outcome.status).recorded).toBe(true);
  return { result, requests: bench.gateway.requests.length };
}

describe.each(Object.entries(REPLIES))('%s', (name, expected) => {
  test('gives the right text, reason and usage', async () => {
    const { result, requests } = await resultOf(await scriptOf(name));
    expect(result).toMatchObject({ reasoning: '', ...expected });
    expect(requests).toBe(1);
  });

  test('gives the same when it is cut elsewhere and has CRLF', async () => {
    const script = await scriptOf(name);
    const whole = (script.raw ?? []).map((each) => (typeof each === 'string' ? each : '')).join('');
    const bytes = Buffer.from(`\uFEFF${whole.replaceAll('\n', '\r\n')}`);
    const raw: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 61) raw.push(bytes.subarray(at, at + 61));
    const { result } = await resultOf({ ...script, raw });
    expect(result).toMatchObject({ reasoning: '', ...expected });
  });
});

const THOUGHTS: Record<string, { text: string; reasoning: string }> = {
  'think-tags': {
    text: 'The answer is **42**.',
    reasoning: 'The user wants a number. 6 times 7 is 42.\nI should answer briefly.',
  },
  'think-close-only': {
    text: 'The capital is **Oslo**.\n',
    reasoning: 'The person wants a capital, so I only name it.',
  },
};

describe.each(Object.entries(THOUGHTS))('%s', (name, expected) => {
  test.each([1, 3, 7, 1_000])('is split in pieces of %i characters', async (size) => {
    const text = await fixture(`${name}.md`);
    const chunks = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
    const { result } = await resultOf({ chunks });
    expect(result).toMatchObject({ ...expected, outcome: STOP });
  });
});

test.each([1, 5, 1_000])('all of think-in-code is the answer, in pieces of %i characters', async (size) => {
  const text = await fixture('think-in-code.md');
  const chunks = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
  expect((await resultOf({ chunks })).result).toMatchObject({ text, reasoning: '', outcome: STOP });
});

describe('an error as JSON with status 200', () => {
  const json = (value: unknown): Script => ({
    raw: [JSON.stringify(value)],
    headers: { 'content-type': 'application/json' },
  });
  test.each([
    [{ error: { message: 'Slow down', code: 429 } }, 'provider_rate_limited', 4],
    [{ error: { message: 'Overloaded', code: '503' } }, 'gateway_error', 4],
    [{ error: { message: 'No such model', status: 404, code: 'not_found' } }, 'gateway_rejected', 1],
    [{ error: 'out of memory' }, 'gateway_error', 4],
    [[{ error: { message: 'Quota', code: 429, status: 'RESOURCE_EXHAUSTED' } }], 'provider_rate_limited', 4],
    [{ object: 'error', message: 'bad', code: 400 }, 'gateway_rejected', 1],
    [{ detail: 'Not authenticated' }, 'gateway_error', 4],
    [{ choices: [{ index: 0, error: { code: 502, message: 'Upstream' } }] }, 'gateway_error', 4],
    [{}, 'gateway_error', 1],
    [{ ok: true }, 'gateway_error', 1],
  ])('%j is %s after %i calls', async (value, code, calls) => {
    const { result, requests } = await resultOf(json(value));
    expect(result.outcome).toMatchObject({ status: 'failed', error: { code } });
    expect(requests).toBe(calls);
  });
});

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { runResultSchema } from '@aideator/contract/hand-over';
import { describe, expect, test } from 'vitest';
import { only, openBench, readLines, reasoningOf, runHere, textOf, typesOf } from './testing/harness.ts';

interface Expected {
  text: string;
  reasoning?: string;
  outcome: unknown;
  usage?: unknown;
  answeredBy?: string;
}

const USAGE = {
  inputTokens: 12,
  outputTokens: 7,
  reasoningTokens: 0,
  cachedInputTokens: 4,
  estimated: false,
};
const STOP = { status: 'completed', finishReason: 'stop' };
const failed = (code: string, detail?: unknown) => ({
  status: 'failed',
  error: detail === undefined ? { code } : { code, detail },
});
const estimated = (outputTokens: number) => ({ inputTokens: 4, outputTokens, estimated: true });
const BROKEN = failed('stream_broken', expect.any(String));

const FIXTURES: Record<string, Expected> = {
  openai: { text: 'Hello, wörld!\n', outcome: STOP, usage: USAGE, answeredBy: 'gpt-5.2-mini-2026-03-11' },
  crlf: { text: 'CRLF', outcome: STOP, usage: USAGE },
  'litellm-anthropic-reasoning': {
    text: 'One word.',
    reasoning: 'The person wants a word.',
    outcome: STOP,
    usage: {
      inputTokens: 42,
      outputTokens: 31,
      reasoningTokens: 12,
      cachedInputTokens: 0,
      cacheWriteInputTokens: 0,
      estimated: false,
    },
    answeredBy: 'claude-opus-5',
  },
  'openrouter-reasoning': {
    text: '42',
    reasoning: 'Hmm. Yes.',
    outcome: STOP,
    usage: { inputTokens: 9, outputTokens: 8, reasoningTokens: 6, estimated: false },
  },
  'llama-cpp-length': {
    text: 'Once upon',
    outcome: { status: 'completed', finishReason: 'length' },
    usage: { inputTokens: 31, outputTokens: 2, cachedInputTokens: 0, estimated: false },
  },
  'protocol-like': {
    text: '{"type":"done"}\n{"v":1,"type":"completed","seq":0}\n\n\ndata: [DONE]\n\n\u001b[31mred\u001b[0m\r\n\u2028 </script>',
    outcome: STOP,
    usage: USAGE,
  },
  'surrogates-and-nul': { text: '👩‍👩‍👧‍👦 é a😀b\ufffdx\ufffdyend\ufffd', outcome: STOP, usage: USAGE },
  '64-kb-without-newline': {
    text: '0123456789abcdef"\\\u0001é😀'.repeat(2_600),
    outcome: STOP,
    usage: USAGE,
  },
  'malformed-chunk': { text: 'kept text', outcome: BROKEN, usage: estimated(3) },
  'usage-missing': { text: 'No usage here.', outcome: STOP, usage: estimated(4) },
  'usage-doubled': { text: 'Twice', outcome: STOP, usage: { ...USAGE, outputTokens: 9 } },
  'no-done': { text: 'All of it.', outcome: STOP, usage: USAGE },
  'last-event-not-closed': { text: 'All of it.', outcome: STOP, usage: USAGE },
  'no-finish-reason': { text: 'Half of it', outcome: BROKEN, usage: estimated(3) },
  'done-without-finish-reason': {
    text: 'Odd but whole',
    outcome: { status: 'completed', finishReason: 'other' },
    usage: estimated(4),
  },
  empty: { text: '', outcome: failed('answer_empty'), usage: { ...USAGE, outputTokens: 0 } },
  'reasoning-only-length': {
    text: '',
    reasoning: 'Thinking and thinking',
    outcome: failed('answer_empty', expect.stringContaining('output tokens')),
    usage: estimated(6),
  },
  'content-filter': { text: 'I was going to', outcome: failed('content_filtered'), usage: estimated(4) },
  'litellm-error-midway': {
    text: 'So far so good',
    outcome: failed('gateway_error', expect.stringContaining('overloaded_error')),
    usage: estimated(4),
  },
  'error-first': { text: '', outcome: failed('context_too_long', expect.stringContaining('too long')) },
  refusal: { text: 'I can’t help with that.', outcome: STOP, usage: USAGE },
};

function pieces(bytes: Buffer, size: number): Uint8Array[] {
  const cut: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) cut.push(bytes.subarray(at, at + size));
  return cut;
}

/** Sends the fixture in writes of this size and checks what is printed and handed over. */
async function check(name: string, expected: Expected, size: number): Promise<void> {
  const bytes = await readFile(new URL(`./__fixtures__/${name}.sse`, import.meta.url));
  await using bench = await openBench({ raw: pieces(bytes, size) });
  const { code, events } = await runHere(bench);
  const result = bench.callback.handOvers[0]?.result;
  expect(runResultSchema.parse(result)).toEqual(result);
  expect(result).toMatchObject({
    outcome: expected.outcome,
    text: expected.text,
    reasoning: expected.reasoning ?? '',
  });
  expect(result?.usage).toEqual(expected.usage);
  if (expected.answeredBy) expect(result?.answeredBy).toBe(expected.answeredBy);
  expect(result?.textSha256).toBe(createHash('sha256').update(expected.text).digest('hex'));
  // The streamed text equals the recorded one.
  expect(textOf(events)).toBe(expected.text);
  expect(reasoningOf(events)).toBe(expected.reasoning ?? '');
  const last = events.at(-1);
  expect(last).toMatchObject({ recorded: true, textSha256: result?.textSha256, timings: result?.timings });
  expect(last?.type).toBe(result?.outcome.status);
  expect(code).toBe(last?.type === 'completed' ? 0 : 1);
  expect(bench.gateway.requests).toHaveLength(1);
}

describe.each(Object.entries(FIXTURES))('%s', (name, expected) => {
  test('whole', () => check(name, expected, 1_000_000));
  const size = name.startsWith('64') ? 4_001 : 37;
  test(`in pieces of ${size} bytes`, () => check(name, expected, size));
});

test('an emoji stays whole when its bytes arrive one by one', async () => {
  const bytes = await readFile(new URL('./__fixtures__/surrogates-and-nul.sse', import.meta.url));
  const at = bytes.indexOf('👩');
  const raw = [bytes.subarray(0, at), ...pieces(bytes.subarray(at, at + 30), 1), bytes.subarray(at + 30)];
  await using bench = await openBench({ raw });
  expect(textOf((await runHere(bench)).events)).toContain('👩‍👩‍👧‍👦 é a😀b');
});

test('the events are printed in order, and usage once', async () => {
  const bytes = await readFile(new URL('./__fixtures__/openai.sse', import.meta.url));
  await using bench = await openBench({ raw: [bytes] });
  const { events } = await runHere(bench);
  expect(typesOf(events)).toBe('started delta usage completed');
  expect(only(events, 'usage').usage).toEqual(USAGE);
  expect(only(events, 'started').model).toBe('test/model');
});

test('a reader skips half a line of a killed runner', () => {
  const line =
    '{"v":1,"runId":"run_00000000000000000000000000","attempt":1,"seq":0,"at":"","type":"heartbeat"}';
  for (let cut = 0; cut < line.length; cut += 1) expect(readLines(line.slice(0, cut))).toEqual([]);
});

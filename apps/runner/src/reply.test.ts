import { expect, test } from 'vitest';
import { openBench, runHere, type Script } from './testing/harness.ts';

const sse = (...values: unknown[]): string =>
  values.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`).join('');
const choice = (given: object, more: object = {}) => ({ choices: [{ index: 0, ...given }], ...more });
const said = (content: unknown, finish: unknown = null) =>
  choice({ delta: { content }, finish_reason: finish });
const STOP = choice({ delta: {}, finish_reason: 'stop' });

async function resultOf(script: Script) {
  await using bench = await openBench(script);
  await runHere(bench);
  const result = bench.callback.handOvers[0]?.result;
  if (!result) throw new Error('nothing was handed over');
  return result;
}

const ANSWERS: Record<string, { sent: string; text: string; reasoning?: string }> = {
  'a choice of another number beside ours': {
    sent: sse(
      {
        choices: [
          { index: 1, delta: { content: 'other' } },
          { index: 0, delta: { content: 'ours' } },
        ],
      },
      { choices: [{ index: 1, delta: { content: ' more' } }] },
      STOP,
    ),
    text: 'ours',
  },
  'no choices in the first and the last chunk': {
    sent: sse({ choices: [] }, said('a'), STOP, { choices: [], usage: null }, { choices: null }),
    text: 'a',
  },
  'nulls everywhere': {
    sent: sse(
      { error: null, usage: null, model: null, choices: [{ index: null, delta: null, finish_reason: null }] },
      said(null),
      said('a', 'stop'),
    ),
    text: 'a',
  },
  'an index as text': {
    sent: sse({ choices: [{ index: '0', delta: { content: 'a' }, finish_reason: 'stop' }] }),
    text: 'a',
  },
  'a message in each chunk beside the delta, as long as the answer so far': {
    sent: sse(
      choice({ delta: { content: 'One two' }, message: { content: 'One two' } }),
      choice({ delta: { content: ' three' }, message: { content: 'One two three' } }),
      choice({ delta: { content: '' }, message: { content: 'One two three' }, finish_reason: 'stop' }),
    ),
    text: 'One two three',
  },
  'a message in pieces': {
    sent: sse(
      choice({ message: { content: 'One' } }),
      choice({ message: { content: ' two' }, finish_reason: 'stop' }),
    ),
    text: 'One two',
  },
  'a message beside an empty delta': {
    sent: sse(choice({ delta: {}, message: { content: 'Whole.' }, finish_reason: 'stop' })),
    text: 'Whole.',
  },
  'text of a completion': {
    sent: sse(choice({ text: 'One' }), choice({ text: ' two', finish_reason: 'stop' })),
    text: 'One two',
  },
  'a message without choices': { sent: sse({ message: { content: 'Native.' } }, '[DONE]'), text: 'Native.' },
  'reasoning in details': {
    sent: sse(
      choice({ delta: { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] } }),
      said('a', 'stop'),
    ),
    text: 'a',
    reasoning: 'hm',
  },
  'the same reasoning twice in one chunk': {
    sent: sse(choice({ delta: { reasoning: 'hm', reasoning_content: 'hm' } }), said('a', 'stop')),
    text: 'a',
    reasoning: 'hm',
  },
  'parts of reasoning': {
    sent: sse(
      said([{ type: 'reasoning', reasoning: 'one ' }]),
      said([{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'two ' }] }]),
      said([
        { type: 'thinking', thinking: 'three' },
        { type: 'text', text: 'a' },
      ]),
      said({ type: 'text', text: 'b' }, 'stop'),
    ),
    text: 'ab',
    reasoning: 'one two three',
  },
  'a closing tag after separate reasoning': {
    sent: sse(choice({ delta: { reasoning_content: 'hm' } }), said('</think>\n\na', 'stop')),
    text: 'a',
    reasoning: 'hm',
  },
  'a finish reason that is empty until the end': {
    sent: sse(said('a', ''), said('b', ''), said('', 'stop')),
    text: 'ab',
  },
  'an empty error': { sent: sse({ ...said('a'), error: {} }, { ...STOP, error: '' }), text: 'a' },
  'DONE in another spelling': { sent: sse(said('a', 'stop'), ' [done] '), text: 'a' },
  'empty events and pings': { sent: sse('', { type: 'ping' }, said('a', 'stop'), ''), text: 'a' },
};

test.each(Object.entries(ANSWERS))('%s: the answer is read', async (_, { sent, text, reasoning = '' }) => {
  const result = await resultOf({ raw: [sent] });
  expect(result).toMatchObject({ outcome: { status: 'completed' }, text, reasoning });
});

const FAILURES: Record<string, { sent: string; code: string; words: string; text?: string }> = {
  'an error beside text': {
    sent: sse({ ...said('a'), error: { message: 'Broke', code: 500 } }),
    code: 'gateway_error',
    words: 'Broke',
    text: 'a',
  },
  'an error in the choice': {
    sent: sse(said('a'), choice({ delta: {}, error: { message: 'Too many', code: '429' } }), '[DONE]'),
    code: 'provider_rate_limited',
    words: 'Too many',
    text: 'a',
  },
  'an error as text': {
    sent: sse(said('a'), { error: 'out of memory' }),
    code: 'gateway_error',
    words: 'out of memory',
    text: 'a',
  },
  'an error of Anthropic': {
    sent: `${sse(said('a'))}event: error\n${sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}`,
    code: 'gateway_error',
    words: 'Overloaded',
    text: 'a',
  },
  'a bare detail': {
    sent: sse(said('a'), { detail: 'Worker died' }),
    code: 'gateway_error',
    words: 'Worker died',
    text: 'a',
  },
  'an error after the finish reason': {
    sent: sse(said('a', 'stop'), { object: 'error', message: 'Late', code: 500 }, '[DONE]'),
    code: 'gateway_error',
    words: 'Late',
    text: 'a',
  },
  'an error as the finish reason, without a message': {
    sent: sse(said('a', 'ERROR'), '[DONE]'),
    code: 'gateway_error',
    words: 'ended the answer with "ERROR"',
    text: 'a',
  },
  'a tool call after some text': {
    sent: sse(
      said('Let me look.'),
      choice({
        delta: { tool_calls: [{ index: 0, function: { name: 'search' } }] },
        finish_reason: 'tool_calls',
      }),
    ),
    code: 'tool_called',
    words: '"search"',
    text: 'Let me look.',
  },
  'two tool calls': {
    sent: sse(
      choice({ delta: { tool_calls: [{ function: { name: 'one' } }, { function: { name: 'two' } }] } }),
      choice({ delta: {}, finish_reason: 'stop' }),
    ),
    code: 'tool_called',
    words: 'tools: "one", "two"',
  },
  'a function call in the old format': {
    sent: sse(
      choice({ delta: { function_call: { name: 'old', arguments: '' } }, finish_reason: 'function_call' }),
    ),
    code: 'tool_called',
    words: '"old"',
  },
  'text that is not an event': {
    sent: 'upstream connect error',
    code: 'gateway_error',
    words: 'upstream connect error',
  },
  'a page behind a BOM and lines': {
    sent: '\uFEFF\r\n\r\n<!DOCTYPE HTML><title>Sign in</title>',
    code: 'web_page_received',
    words: 'Sign in',
  },
  'a chunk that is not JSON': {
    sent: `${sse(said('a'))}data: Bad gateway\n\n`,
    code: 'stream_broken',
    words: 'Bad gateway',
    text: 'a',
  },
  nothing: { sent: '', code: 'stream_broken', words: 'before its first token' },
};

test.each(Object.entries(FAILURES))(
  '%s: a failure that quotes the server',
  async (_, { sent, code, words, text = '' }) => {
    const result = await resultOf({ raw: [sent, { wait: 1 }] });
    expect(result).toMatchObject({
      outcome: { status: 'failed', error: { code, detail: expect.stringContaining(words) } },
      text,
    });
  },
);

const url = (n: number): string => `https://example.org/${n}`;
const CITED: Record<string, { sent: object[]; expected: unknown }> = {
  'search results of Perplexity, whole in every chunk': {
    sent: [
      { citations: [url(1), url(2)], search_results: [{ title: 'One', url: url(1) }] },
      { citations: [url(1), url(2)], search_results: [{ title: 'One', url: url(1) }] },
    ],
    expected: [{ url: url(1), title: 'One' }, { url: url(2) }],
  },
  'annotations of OpenAI in the message': {
    sent: [
      choice({
        message: { annotations: [{ type: 'url_citation', url_citation: { url: url(1), title: 'One' } }] },
      }),
    ],
    expected: [{ url: url(1), title: 'One' }],
  },
  'citations of Anthropic through LiteLLM': {
    sent: [
      choice({
        delta: {
          provider_specific_fields: {
            citation: { type: 'web_search_result_location', url: url(1), title: 'One', cited_text: 'x' },
          },
        },
      }),
    ],
    expected: [{ url: url(1), title: 'One' }],
  },
  'grounding of Gemini through LiteLLM': {
    sent: [{ vertex_ai_grounding_metadata: [{ groundingChunks: [{ web: { uri: url(1), title: 'One' } }] }] }],
    expected: [{ url: url(1), title: 'One' }],
  },
  'values that are not web addresses': {
    sent: [
      { citations: ['javascript:alert(1)', 'data:text/html,x', 'nothing', 7, null, `HTTPS://EXAMPLE.ORG/1`] },
    ],
    expected: [{ url: 'HTTPS://EXAMPLE.ORG/1' }],
  },
  'control characters and much too long titles': {
    sent: [{ search_results: [{ url: url(1), title: `a\0b\n${'x'.repeat(500)}` }] }],
    expected: [{ url: url(1), title: expect.stringMatching(/^a b x{200,}…$/) }],
  },
  'too many': {
    sent: [{ citations: Array.from({ length: 250 }, (_, i) => url(i)) }],
    expected: Array.from({ length: 100 }, (_, i) => ({ url: url(i) })),
  },
};

test.each(Object.entries(CITED))('%s: sources are kept', async (_, { sent, expected }) => {
  const result = await resultOf({ raw: [sse(...sent, said('a', 'stop'))] });
  expect(result.citations).toEqual(expected);
});

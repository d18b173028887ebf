import { expect, test } from 'vitest';
import { readChunk } from './chunk.ts';

const read = (choice: object, more: object = {}) =>
  readChunk(JSON.stringify({ choices: [{ index: 0, delta: {}, ...choice }], ...more }));

test.each([
  ['stop', 'stop'],
  ['end_turn', 'stop'],
  ['eos', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['content_filter', 'content_filter'],
  ['safety', 'content_filter'],
  ['refusal', 'content_filter'],
  ['tool_calls', 'other'],
])('a provider that ends with %s ends with %s', (given, finish) => {
  expect(read({ finish_reason: given })).toEqual({ finish });
});

test('text comes as it is or in parts, and of a refusal; what is no text says nothing', () => {
  expect(read({ delta: { content: ' a ' } })).toEqual({ text: ' a ' });
  const parts = [{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }];
  expect(read({ delta: { content: parts } })).toEqual({ text: 'ab' });
  expect(read({ delta: { content: null, refusal: 'No.' } })).toEqual({ text: 'No.' });
  for (const content of ['', null, 7, {}, [7, null]]) expect(read({ delta: { content } })).toEqual({});
});

test('a usage without both counts, or with counts that are none, is none', () => {
  const usage = (value: unknown) => read({}, { usage: value })?.usage;
  expect(usage({ prompt_tokens: 3, completion_tokens: 4 })).toEqual({
    inputTokens: 3,
    outputTokens: 4,
    estimated: false,
  });
  for (const half of [{ prompt_tokens: 3 }, { completion_tokens: 4 }, {}, null, 'all', [1, 2]])
    expect(usage(half)).toBeUndefined();
  for (const wrong of [-1, '3', 1e300, null])
    expect(usage({ prompt_tokens: wrong, completion_tokens: 4 })).toBeUndefined();
});

test.each(['', 'null', '[]', '"text"', '7', '{"choices":'])('%s is no chunk', (data) => {
  expect(readChunk(data)).toBeUndefined();
});

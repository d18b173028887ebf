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
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['PROHIBITED_CONTENT', 'content_filter'],
])('the finish reason %s counts as %s', (given, reason) => {
  expect(read({ finish_reason: given })).toEqual({ finish: { type: 'finished', reason } });
});

test.each([
  ['tool_calls', 'tool'],
  ['function_call', 'tool'],
  ['error', 'error'],
  ['insufficient_system_resource', 'unknown'],
  ['Stopped_By_Moon', 'unknown'],
])('the finish reason %s does not end a whole answer', (said, type) => {
  expect(read({ finish_reason: said })).toEqual({ finish: { type, said } });
});

test('an empty finish reason is ignored', () => {
  for (const none of ['', ' ', null, 0]) expect(read({ finish_reason: none })).toEqual({});
});

test('text is read from a string, from parts and from a refusal, and from nothing else', () => {
  expect(read({ delta: { content: ' a ' } })).toEqual({ text: ' a ' });
  const parts = [{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }];
  expect(read({ delta: { content: parts } })).toEqual({ text: 'ab' });
  expect(read({ delta: { content: null, refusal: 'No.' } })).toEqual({ text: 'No.' });
  for (const content of ['', null, 7, {}, [7, null]]) expect(read({ delta: { content } })).toEqual({});
});

test('a usage without two valid counts is ignored', () => {
  const usage = (value: unknown) => read({}, { usage: value })?.usage;
  expect(usage({ prompt_tokens: 3, completion_tokens: 4 })).toEqual({
    inputTokens: 3,
    outputTokens: 4,
    estimated: false,
  });
  for (const half of [{ prompt_tokens: 3 }, { completion_tokens: 4 }, {}, null, 'all', [1, 2]])
    expect(usage(half)).toBeUndefined();
  for (const wrong of [-1, 'three', 1e300, null])
    expect(usage({ prompt_tokens: wrong, completion_tokens: 4 })).toBeUndefined();
});

test.each(['', 'null', '[]', '"text"', '7', '{"choices":'])('%s is not a chunk', (data) => {
  expect(readChunk(data)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { buildMessages } from './messages.ts';

const now = { modelId: 'b', prompt: 'now' };
const responses = [
  { modelId: 'a', text: 'from a' },
  { modelId: 'b', text: 'from b' },
];

test('an earlier turn counts with the answer that was chosen', () => {
  const messages = buildMessages([{ prompt: 'then', chosenText: 'from a', responses }], now);
  expect(messages.map(({ content }) => content)).toEqual(['then', 'from a', 'now']);
});

test('a turn without a choice counts with the model its own answer', () => {
  const messages = buildMessages([{ prompt: 'then', chosenText: null, responses }], now);
  expect(messages.map(({ content }) => content)).toEqual(['then', 'from b', 'now']);
});

test('a turn with neither is left out whole, so that roles alternate', () => {
  const messages = buildMessages([{ prompt: 'then', chosenText: null, responses: [] }], now);
  expect(messages).toEqual([{ role: 'user', content: 'now' }]);
});

test('the instruction of a small model comes first', () => {
  const messages = buildMessages([], { ...now, systemText: 'Be brief.' });
  expect(messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
});

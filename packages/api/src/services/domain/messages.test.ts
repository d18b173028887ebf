import type { HistoryTurn } from '@aideator/db/queries/history';
import { expect, test } from 'vitest';
import { type Asked, exchangesFor } from './history.ts';
import { buildMessages, inputBytes } from './messages.ts';

const response = (position: number, modelId: string, textBytes = 6) => ({
  responseId: `rsp_${position}` as const,
  position,
  modelId,
  parameters: {},
  status: 'completed' as const,
  textBytes,
});
const turn = (more: Partial<HistoryTurn> = {}): HistoryTurn => ({
  id: 'trn_then',
  number: 1,
  mode: 'compare',
  promptBytes: 4,
  preference: null,
  responses: [response(0, 'a'), response(1, 'b')],
  ...more,
});
const now = { modelId: 'b', position: 0 };
const told = (given: HistoryTurn, asked: Asked = now) =>
  exchangesFor([given], asked).map(({ response: { responseId } }) => responseId);

test('a model gets the chosen answer of an earlier turn', () => {
  expect(told(turn({ preference: { id: 'prf_1', continueWith: 'rsp_0' } }))).toEqual(['rsp_0']);
});

test('a model gets its own answer if none was chosen or the chosen one is empty', () => {
  expect(told(turn())).toEqual(['rsp_1']);
  const preference = { id: 'prf_1' as const, continueWith: 'rsp_0' as const };
  expect(told(turn({ preference, responses: [response(0, 'a', 0), response(1, 'b')] }))).toEqual(['rsp_1']);
});

test('a model that answered twice gets the answer at its position, or else its first', () => {
  const twice = turn({ responses: [response(0, 'b'), response(1, 'b'), response(2, 'a')] });
  expect(told(twice, { ...now, position: 1 })).toEqual(['rsp_1']);
  expect(told(twice, { ...now, position: 2 })).toEqual(['rsp_0']);
});

test('a turn without an answer is skipped, so that roles alternate', () => {
  expect(told(turn({ responses: [] }))).toEqual([]);
  expect(told(turn({ responses: [response(0, 'b', 0)] }))).toEqual([]);
});

test('the messages are the instruction, each exchange and the prompt, and their size is computed correctly', () => {
  const exchanges = exchangesFor([turn()], now);
  const texts = {
    prompts: new Map([['trn_then' as const, 'then']]),
    answers: new Map([['rsp_1' as const, 'from b']]),
  };
  const ask = { prompt: 'nów', systemText: 'Be brief.' };
  const messages = buildMessages(exchanges, texts, ask);
  expect(messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'then' },
    { role: 'assistant', content: 'from b' },
    { role: 'user', content: 'nów' },
  ]);
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  expect(inputBytes(exchanges, ask)).toBe(bytes);
});

import type { ResponseState } from '@aideator/contract/frames';
import { expect, test } from 'vitest';
import { maskStates, storedChars } from './blind-mask.ts';
import { eventBetween } from './masked-events.ts';

/** A response with a value in every field. A new field does not compile until it is here. */
const EVERYTHING: Required<ResponseState> = {
  responseId: 'rsp_1',
  position: 1,
  attempt: 1,
  status: 'completed',
  text: 'text',
  reasoning: 'thoughts',
  error: { code: 'gateway_error', detail: 'The model zeta-9 is down' },
  retryAt: '2026-01-01T00:00:00.000Z',
  runsAhead: 1,
  retryInMs: 1,
  firstTokenLimitMs: 1,
  firstTokenBy: '2026-01-01T00:00:00.000Z',
  firstTokenLeftMs: 1,
  citations: [{ url: 'https://zeta.example/' }],
  outputTokensMax: 1,
  finishReason: 'stop',
  usage: { inputTokens: 1, outputTokens: 1, estimated: false },
  timings: { totalMs: 1 },
  firstTokenMs: 1,
  firstTextMs: 1,
  costUsd: '1',
};
const state = (more: Partial<ResponseState>): ResponseState => ({ ...EVERYTHING, ...more });

test('of all fields only the place, the text, the outcome and the code of an error pass', () => {
  expect(maskStates([EVERYTHING], Number.POSITIVE_INFINITY)).toEqual([
    {
      responseId: 'rsp_1',
      position: 1,
      attempt: 1,
      status: 'completed',
      text: 'text',
      reasoning: '',
      error: { code: 'gateway_error' },
    },
  ]);
});

test('until all are there every response looks the same', () => {
  const states = [
    state({ status: 'failed', text: '' }),
    state({ status: 'thinking', text: '' }),
    state({ status: 'completed' }),
  ];
  expect(storedChars(states)).toBe(0);
  const looks = maskStates(states, 0).map(({ status, text, error }) => [status, text, error]);
  expect(looks).toEqual(Array(3).fill(['running', '', undefined]));
});

test('a response looks finished only when it is shown whole', () => {
  const states = [state({ text: 'short' }), state({ text: 'a longer text' })];
  expect(maskStates(states, 6).map(({ status, text }) => [status, text])).toEqual([
    ['completed', 'short'],
    ['streaming', 'a long'],
  ]);
});

test('a retry hides its own text until it is over, and no other', () => {
  const states = [state({ text: 'read' }), state({ attempt: 2, status: 'streaming', text: 'new' })];
  const shown = maskStates(states, storedChars(states));
  expect(shown.map(({ status, text }) => [status, text])).toEqual([
    ['completed', 'read'],
    ['running', ''],
  ]);
});

test('no half of a surrogate pair is shown', () => {
  expect(maskStates([state({ text: 'a😀b' })], 2)[0]?.text).toBe('a');
});

test('a viewer gets a snapshot, then the differences, and nothing when nothing visible changed', () => {
  const first = { responses: maskStates([state({ text: 'ab' })], 1), overCount: 0 };
  const next = { responses: maskStates([state({ text: 'ab' })], 2), overCount: 1 };
  expect(eventBetween(undefined, first)).toMatchObject({ type: 'snapshot', overCount: 0 });
  expect(eventBetween(first, first)).toBeUndefined();
  expect(eventBetween(first, next)).toMatchObject({
    type: 'frame',
    overCount: 1,
    patches: [{ responseId: 'rsp_1', appendText: 'b', textLength: 2, status: 'completed' }],
  });
  expect(eventBetween(next, first)).toMatchObject({ type: 'snapshot' });
});

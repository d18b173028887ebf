import { expect, test } from 'vitest';
import { withDurations, withTimes } from './clocks.ts';
import type { TurnEvent } from './frames.ts';
import { newId } from './ids.ts';

const responseId = newId('response');
const waiting = (given: object): TurnEvent => ({
  type: 'frame',
  patches: [{ responseId, status: 'waiting', ...given }],
});
const SERVER_MS = Date.parse('2026-01-01T00:00:00Z');

test('a retry 9 s away stays 9 s away for a viewer whose clock is 10 minutes off', () => {
  const sent = withDurations(waiting({ retryAt: '2026-01-01T00:00:09.000Z' }), SERVER_MS);
  expect(sent).toEqual(waiting({ retryInMs: 9_000 }));
  const browserMs = SERVER_MS - 600_000;
  expect(withTimes(sent, browserMs)).toEqual(waiting({ retryAt: '2025-12-31T23:50:09.000Z' }));
});

test('a time in the past becomes a duration of 0', () => {
  const sent = withDurations(waiting({ retryAt: '2025-12-31T00:00:00.000Z' }), SERVER_MS);
  expect(sent).toEqual(waiting({ retryInMs: 0 }));
});

test('a snapshot contains the time left for the first token', () => {
  const state = { responseId, position: 0, attempt: 1, status: 'running' as const, text: '', reasoning: '' };
  const held: TurnEvent = {
    type: 'snapshot',
    responses: [{ ...state, firstTokenLimitMs: 300_000, firstTokenBy: '2026-01-01T00:03:45.000Z' }],
  };
  expect(withDurations(held, SERVER_MS)).toEqual({
    type: 'snapshot',
    responses: [{ ...state, firstTokenLimitMs: 300_000, firstTokenLeftMs: 225_000 }],
  });
  expect(withTimes(withDurations(held, SERVER_MS), SERVER_MS)).toEqual(held);
});

test('an event without times is unchanged', () => {
  expect(withDurations({ type: 'done' }, SERVER_MS)).toEqual({ type: 'done' });
  const plain: TurnEvent = { type: 'frame', patches: [{ responseId, appendText: 'a' }] };
  expect(withTimes(withDurations(plain, SERVER_MS), SERVER_MS)).toEqual(plain);
});

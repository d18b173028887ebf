import { describe, expect, test } from 'vitest';
import { applyPatch, applyTurnEvent, FrameGapError } from './fold.ts';
import type { ResponseState } from './frames.ts';

const base: ResponseState = {
  responseId: 'rsp_1',
  position: 0,
  attempt: 1,
  status: 'streaming',
  text: 'ab',
  reasoning: '',
};

describe('a patch', () => {
  test('appends without changing the previous state', () => {
    expect(applyPatch(base, { responseId: 'rsp_1', appendText: 'c', textLength: 3 }).text).toBe('abc');
    expect(base.text).toBe('ab');
  });

  test('that does not fit throws a gap error', () => {
    expect(() => applyPatch(base, { responseId: 'rsp_1', appendText: 'd', textLength: 4 })).toThrow(
      FrameGapError,
    );
  });

  test('of a new attempt resets the response', () => {
    const failed: ResponseState = { ...base, status: 'failed', error: { code: 'idle_timeout' } };
    const next = applyPatch(failed, { responseId: 'rsp_1', reset: true, attempt: 2, status: 'pending' });
    expect(next).toEqual({
      responseId: 'rsp_1',
      position: 0,
      attempt: 2,
      status: 'pending',
      text: '',
      reasoning: '',
    });
  });

  test('with a status clears the error and the retry time of the old status', () => {
    const waiting: ResponseState = {
      ...base,
      status: 'waiting',
      error: { code: 'provider_rate_limited' },
      retryAt: 'x',
    };
    expect(applyPatch(waiting, { responseId: 'rsp_1', status: 'streaming' })).toEqual({
      ...base,
      status: 'streaming',
    });
    expect(applyPatch(waiting, { responseId: 'rsp_1', appendReasoning: 'r' }).error).toEqual({
      code: 'provider_rate_limited',
    });
  });
});

test('a snapshot replaces all states, a frame changes only its responses, done changes nothing', () => {
  const other: ResponseState = { ...base, responseId: 'rsp_2', position: 1 };
  const states = applyTurnEvent([], { type: 'snapshot', responses: [base, other] });
  const after = applyTurnEvent(states, {
    type: 'frame',
    patches: [{ responseId: 'rsp_2', appendText: '!' }],
  });
  expect(after[0]).toBe(base);
  expect(after[1]?.text).toBe('ab!');
  expect(applyTurnEvent(after, { type: 'done' })).toBe(after);
});

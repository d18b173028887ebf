import { expect, test } from 'vitest';
import { readFinish } from './finish.ts';

test('an answer that fills the context window of an Anthropic model ends for its length', () => {
  expect(readFinish('model_context_window_exceeded')).toEqual({ type: 'finished', reason: 'length' });
});

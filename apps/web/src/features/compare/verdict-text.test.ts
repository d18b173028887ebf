import { FEEDBACK_CHARS_MAX } from '@aideator/contract/limits';
import { expect, it } from 'vitest';
import { joinFeedback } from './verdict-text.ts';

it('joins named reasons and own words, either alone too', () => {
  expect(joinFeedback(['Clearer', 'To the point'], ' no fluff ')).toBe('Clearer, To the point: no fluff');
  expect(joinFeedback(['Clearer'], ' ')).toBe('Clearer');
  expect(joinFeedback([], ' why not')).toBe('why not');
  expect(joinFeedback([], '')).toBe('');
});

it('stays within what the server takes', () => {
  expect(joinFeedback(['Clearer'], 'x'.repeat(5_000))).toHaveLength(FEEDBACK_CHARS_MAX);
});

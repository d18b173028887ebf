import { PROMPT_CHARS_MAX } from '@aideator/contract/limits';
import { expect, it } from 'vitest';
import { promptLength } from './prompt-length.ts';

it('shows no count far from the limit', () => expect(promptLength('a').note).toBeUndefined());

it('shows the count near the limit and refuses longer prompts', () => {
  expect(promptLength('a'.repeat(PROMPT_CHARS_MAX))).toEqual({
    note: '200,000 of 200,000 characters',
    tooLong: false,
  });
  expect(promptLength('a'.repeat(PROMPT_CHARS_MAX + 1)).tooLong).toBe(true);
});

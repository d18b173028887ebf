import { expect, test } from 'vitest';
import { titleFromPrompt } from './title.ts';

test.each([
  ['Hello', 'Hello'],
  ['\n\n  ## A heading  \nmore', 'A heading'],
  ['- buy   milk', 'buy milk'],
  ['   \n\t', 'New chat'],
  ['word '.repeat(30), 'word word word word word word word word word word word word…'],
  ['x'.repeat(100), `${'x'.repeat(60)}…`],
  ['👩‍💻 why?', '👩‍💻 why?'],
])('the title of %j is %j', (prompt, title) => {
  expect(titleFromPrompt(prompt)).toBe(title);
});

test('a title never ends in half an emoji', () => {
  expect(titleFromPrompt('😀'.repeat(80)).isWellFormed()).toBe(true);
});

import { TITLE_CHARS_MAX } from '@aideator/contract/limits';
import { expect, test } from 'vitest';
import { titleFromPrompt } from './title.ts';

const FAMILY = '👨‍👩‍👧‍👦';

test.each([
  ['Hello', 'Hello'],
  ['\n\n  ## A heading  \nmore', 'A heading'],
  ['- buy   milk', 'buy milk'],
  ['- [ ] buy milk', 'buy milk'],
  ['> - [x] done', 'done'],
  ['---\n\n#\nAfter a rule', 'After a rule'],
  ['-5 + 3', '-5 + 3'],
  ['#include <stdio.h>\nint main(void) { return 0; }', '#include <stdio.h>'],
  ['*emphasis* and -flags', '*emphasis* and -flags'],
  ['[x] is not a task without its list', '[x] is not a task without its list'],
  ['```python\ndef area(r):\n    return 3 * r * r\n```\nWhat is wrong here?', 'def area(r):'],
  ['~~~\n# a comment\n~~~', '# a comment'],
  ['```\n```\nAfter an empty fence', 'After an empty fence'],
  ['```inline``` is not a fence', '```inline``` is not a fence'],
  ['```', 'New chat'],
  ['   \n\t', 'New chat'],
  ['word '.repeat(30), 'word word word word word word word word word word word word…'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(100), `${'x'.repeat(60)}…`],
  ['👩‍💻 why?', '👩‍💻 why?'],
  [FAMILY.repeat(20), `${FAMILY.repeat(10)}…`],
  ['é'.normalize('NFD').repeat(70), `${'é'.normalize('NFD').repeat(59)}…`],
])('the title of %j is %j', (prompt, title) => {
  expect(titleFromPrompt(prompt)).toBe(title);
});

test('a title never exceeds the maximum length and never ends within a character', () => {
  for (const prompt of ['😀'.repeat(80), `a${'\u0301'.repeat(500)}`, `${'\u{1d400}\u0301'.repeat(300)}`]) {
    const title = titleFromPrompt(prompt);
    expect(title.length).toBeLessThanOrEqual(TITLE_CHARS_MAX);
    expect(title.isWellFormed()).toBe(true);
  }
});

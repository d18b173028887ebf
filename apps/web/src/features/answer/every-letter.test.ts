import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleText } from './testing/visible-text.ts';

const ANSWERS = join(import.meta.dirname, 'testing', 'answers');

/** `RANDOM_SEED=… npx vitest run --project unit every-letter` repeats the same answers. */
const SEED = Number(process.env.RANDOM_SEED ?? randomInt(2 ** 31));
const RUNS: fc.Parameters<unknown> = { numRuns: 400, seed: SEED };

/** Pieces of Markdown around the word `@`, which has to stay visible. */
const INLINE = [
  ...['@', '**@**', '*@*', '~~@~~', '`@`', '``@``', '[@](https://example.org)', '![@](https://example.org)'],
  ...[
    'Vec<@>',
    'Map<@, Vec<@>>',
    '<@>',
    '</@>',
    '<@ extends Foo>',
    '<your-@>.txt',
    'a<@ and c>d',
    '<!-- @ -->',
  ],
  ...['<|@|>', '<b>@</b>', '<sub>@</sub>', '<u>@', '@</kbd>', '<b>@<i>@</b>@</i>', '<@ a="1">', '<?@?>'],
  ...[
    '\\(@\\)',
    '\\(@_1\\)',
    '\\[@\\]',
    '\\[@ = 1\\]',
    '$@$',
    '$@_2$',
    '$$@^2$$',
    '$5 @ $10',
    '$@',
    '\\(@',
    '$$@',
  ],
  ...[
    '[^@]',
    '[@]',
    '[@][x]',
    '@_@_@',
    '**@',
    '`@',
    '~@~',
    'H~@~O',
    '@  \n@',
    '&@;',
    '&amp;@',
    '@\\*@',
    '<https://@.example>',
  ],
];
const BLOCKS = [
  ...[
    '@',
    '# @',
    '- @\n- @',
    '1. @\n2. @',
    '998. @\n999. @',
    '> @\n> @',
    '@\n===',
    '---',
    '- [ ] @\n- [x] @',
  ],
  ...['| @ | @ |\n|---|---|\n| @ | @ | @ |', '```js\n@\n```', '```@ @\n@\n```', '    @', '~~~\n@\n~~~'],
  ...['```markdown\n# @\n\n```bash\n@\n```\n@\n```', '```\n@\n```js\n@\n```\n@\n```', '```\n@'],
  ...[
    '<details>\n<summary>@</summary>\n\n@\n\n</details>',
    '<details>\n@',
    '<div>\n@\n</div>',
    '<@>\n  <id>@</id>\n</@>',
  ],
  ...[
    '<script>@</script>',
    '<!-- @\n\n@ -->',
    '<style>\n@',
    '\\[\n@ = @\n\\]',
    '$$\n@\n+ @\n$$',
    '\\[\n@\n\\] @',
    '\\[\n@',
    '$$\n@',
  ],
  ...[
    '[@]: https://example.org',
    '[^@]: @',
    '@[^a]\n\n[^a]: @',
    '- @\n\n  \\[\n  @^2\n  - @\n  \\]',
    '<table><tr><td>@</td></tr></table>',
  ],
];

/** Fills each `@` with a word of its own and returns the words in their order. */
function fill(markdown: string): { source: string; words: string[] } {
  const words: string[] = [];
  const source = markdown.replaceAll('@', () => {
    const word = `w${words.length}q`;
    words.push(word);
    return word;
  });
  return { source, words };
}

function expectVisible(markdown: string, isStreaming = false): void {
  const { source, words } = fill(markdown);
  const text = visibleText(source, isStreaming);
  const missing = words.filter((word) => !text.includes(word));
  expect(missing, `${JSON.stringify(source)}\n→ ${JSON.stringify(text)}`).toEqual([]);
}

describe(`every word of the source is visible, seed ${SEED}`, () => {
  it.each([...INLINE, ...BLOCKS])('in %j alone', (piece) => {
    expectVisible(piece);
    expectVisible(piece, true);
  });

  it('in any mixture of blocks and inline pieces', () => {
    const inline = fc
      .array(fc.constantFrom(...INLINE), { minLength: 1, maxLength: 5 })
      .map((all) => all.join(' '));
    const block = fc.oneof(
      inline,
      fc.constantFrom(...BLOCKS),
      inline.map((text) => `- ${text}`),
    );
    const answer = fc.array(block, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(answer, fc.constantFrom('\n\n', '\n'), (blocks, between) =>
        expectVisible(blocks.join(between)),
      ),
      RUNS,
    );
  });

  it('in text made of the characters that Markdown gives a meaning', () => {
    const characters = [
      '@ ',
      '@',
      ' ',
      '\n',
      ...'*_`<>$\\#|~!&;-+=:^{}[]/.',
      '](x',
      '\n\n',
      '```',
      '$$',
      '\\(',
      '\\]',
      '    ',
      '1. ',
    ];
    const junk = fc.array(fc.constantFrom(...characters.filter((each) => each !== '](x')), { maxLength: 60 });
    fc.assert(
      fc.property(junk, (pieces) => expectVisible(pieces.join(''))),
      RUNS,
    );
  });
});

describe('the answers of testing/answers', () => {
  /** What these answers contain besides text: fences, emphasis, list numbers, footnote marks, escapes. */
  const SYNTAX = /^ *(?:`{3,}\w*|\[\^\w+\]:|#+)|\*\*|\[\^\w+\]|^\d+\.|`|^- /gm;

  it.each(readdirSync(ANSWERS))('%s shows all letters of its source in their order', (name) => {
    const source = readFileSync(join(ANSWERS, name), 'utf8');
    const letters = (text: string) => text.replaceAll(/\s/g, '');
    const shown = letters(visibleText(source));
    let from = 0;
    for (const line of source.split('\n').filter((each) => !/^ *(?:`{3,}|\[\^\w+\]:)/.test(each))) {
      const written = letters(line.replaceAll(SYNTAX, ' ')).slice(0, 12);
      const at = shown.indexOf(written, from);
      expect(at, written).toBeGreaterThanOrEqual(0);
      from = at;
    }
  });
});

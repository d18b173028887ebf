import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { ITEMS_PER_PIECE } from './list-pieces.ts';
import { type Block, createBlockParser } from './parse-blocks.ts';

const ANSWERS = join(import.meta.dirname, '..', 'testing', 'answers');

/** What is drawn. Positions depend on where the parser began. */
const drawn = (blocks: readonly Block[]) =>
  JSON.stringify(blocks, (key, value: unknown) => (key === 'position' ? undefined : value));

const atOnce = (text: string, isStreaming: boolean) => drawn(createBlockParser('a').parse(text, isStreaming));

function expectSameAtEveryLength(text: string, step: number): void {
  const parser = createBlockParser('a');
  for (let length = 1; length < text.length; length += step) {
    const shown = text.slice(0, length);
    expect(drawn(parser.parse(shown, true))).toBe(atOnce(shown, true));
  }
  expect(drawn(parser.parse(text, false))).toBe(atOnce(text, false));
}

it.each(readdirSync(ANSWERS))('%s looks the same parsed as it grows and parsed at once', (name) => {
  expectSameAtEveryLength(readFileSync(join(ANSWERS, name), 'utf8'), 3);
});

it('any answer looks the same parsed as it grows and parsed at once', () => {
  const pieces = fc.constantFrom(
    ...[
      '1. one\n\n',
      '2. two\n',
      '- a\n\n  b\n',
      '> q\n\n',
      'text\n',
      'more\n\n',
      '# h\n',
      '```js\nx\n```\n',
      '    code\n',
    ],
    ...[
      '| a | b |\n|---|---|\n| 1 | 2 |\n\n',
      '<details>\n\n',
      '</details>\n\n',
      '\\[\nx = 1\n\\]\n',
      '$$\n',
      '\n',
      '---\n',
      '2) x\n\n',
      '\tcode\n',
      '<div>\n',
      '| a |\n|-|\n| 1 |\n',
    ],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (all) => expectSameAtEveryLength(all.join(''), 2)),
    { numRuns: 60 },
  );
});

it('text below indented code looks the same parsed as it grows and parsed at once', () => {
  expectSameAtEveryLength('    code\n2. two\n1. one\n\n', 1);
});

const LISTS: Readonly<Record<string, string>> = {
  bullets: '- item\n'.repeat(130),
  'loose items at the end': `${'- item\n'.repeat(60)}${'- item\n\n'.repeat(60)}end`,
  'numbers, and text below items': Array.from({ length: 130 }, (_, i) => `${i + 1}. a\n\n   b\n`).join(''),
  'lists within items, after white space': '  - a\n    - b\n'.repeat(90),
};

it.each(Object.keys(LISTS))(
  'a long list looks the same parsed as it grows and parsed at once: %s',
  (name) => {
    const text = LISTS[name] ?? '';
    expectSameAtEveryLength(text, Math.ceil(text.length / 60));
  },
);

it('parses a list of thousands of items from its last pieces on while it grows, and whole at the end', () => {
  const item = '- **item** with a few words\n';
  const parser = createBlockParser('a');
  const before = parser.parse(item.repeat(3_000), true);
  const parsed = vi.spyOn(String.prototype, 'charCodeAt');
  const after = parser.parse(`${item.repeat(3_000)}- and`, true);
  const read = parsed.mock.calls.length;
  parsed.mockRestore();
  for (const [index, block] of before.slice(0, -2).entries()) expect(after[index]).toBe(block);
  expect(read).toBeLessThan(10 * 3 * ITEMS_PER_PIECE * item.length);
  expect(parser.parse(item.repeat(3_000), false)).toHaveLength(1);
});

it('keeps the identity of all blocks but those at the end', () => {
  const parser = createBlockParser('a');
  const before = parser.parse('one\n\ntwo\n\nthree\n\nfour', true);
  const after = parser.parse('one\n\ntwo\n\nthree\n\nfour and more', true);
  expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
  for (const index of [0, 1, 2]) expect(after[index]).toBe(before[index]);
});

import { describe, expect, it } from 'vitest';
import { visibleText } from '../testing/visible-text.ts';
import { BOUNDS, noWork } from './bounds.ts';
import { createBlockParser, MARKDOWN_CHARS_MAX, MARKDOWN_LINES_MAX, parseMarkdown } from './parse-blocks.ts';

const TIMES = 20_000;

/** Sources that make micromark do quadratic work, or nest as deep as they are long. */
const HARD: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['*', '[', '>', '_', '`', '![', '<', '|', '$', '\\(', '\\[', '~'].map((each) => [
      each,
      each.repeat(TIMES),
    ]),
  ),
  'unmatched emphasis': '*a'.repeat(TIMES),
  'unmatched emphasis beside CJK': '「**'.repeat(TIMES),
  'links without an end': '[a]('.repeat(TIMES),
  'titles without an end': '[a](b "'.repeat(TIMES),
  'comments without an end': `a ${'<!-- '.repeat(TIMES)}`,
  'instructions without an end': `a ${'<? '.repeat(TIMES)}`,
  'code spans of all lengths': Array.from({ length: 400 }, (_, i) => '`'.repeat(i + 1)).join(' '),
  'lists within lists': '- '.repeat(TIMES),
  'numbers within numbers': '1. '.repeat(TIMES),
  'quotes within quotes': '> '.repeat(TIMES),
  'nested lists': Array.from({ length: 400 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n'),
  'underlined headings': 'a\n=\n'.repeat(TIMES / 10),
  'a long paragraph in a quote without its marks': `> a\n${'b\n'.repeat(TIMES / 10)}`,
  'a long indented paragraph in a quote without its marks': `> a\n${'    b\n'.repeat(TIMES / 10)}`,
  'every second line of a quote without its mark': '> a\nb\n'.repeat(TIMES / 10),
};

describe('the work of a parse is bounded', () => {
  it.each(Object.keys(HARD))('with %s', (name) => {
    const work = noWork();
    const source = HARD[name] ?? '';
    parseMarkdown(source, work);
    // One mark may be read to the end of the text after the bound has been crossed.
    expect(work.steps).toBeLessThanOrEqual(BOUNDS.steps + source.length + BOUNDS.marksPerText ** 2);
    expect(work.underlinedHeadings).toBeLessThanOrEqual(BOUNDS.underlinedHeadings);
    expect(work.lazyLines).toBeLessThanOrEqual(BOUNDS.lazyLines);
  });
});

it('shows what is beyond the bounds as text, without losing a letter', () => {
  const words = Array.from({ length: BOUNDS.marksPerText + 100 }, (_, i) => `w${i}`);
  const text = visibleText(words.map((word) => `*${word}`).join(' '));
  for (const word of words) expect(text).toContain(word);
  expect(text).toContain(`*${words.at(-1)}`);
  expect(visibleText(`${'> '.repeat(200)}end`)).toMatch(/> end\s*$/);
});

it.each([
  ['without its mark', ''],
  ['indented and without its mark', '    '],
])('keeps all words of a long paragraph in a quote %s', (_, indent) => {
  const words = Array.from({ length: BOUNDS.lazyLines + 10 }, (__, i) => `w${i}q`);
  const text = visibleText(`> first\n${words.map((word) => `${indent}${word}\n`).join('')}`);
  expect(text.match(/w\d+q/g)).toEqual(words);
});

it('reads the Markdown of the next paragraph after one beyond the bounds', () => {
  const tree = parseMarkdown(`${'*a'.repeat(BOUNDS.marksPerText + 10)}\n\n**bold**`);
  expect(JSON.stringify(tree.children.at(-1))).toContain('"strong"');
});

it('does not touch an answer with thousands of ordinary marks', () => {
  const work = noWork();
  parseMarkdown('- **bold**, `code`, [link](https://example.org), a_b and <T>\n'.repeat(2_000), work);
  expect(work.steps).toBeLessThan(BOUNDS.steps / 4);
});

it.each([
  ['characters', `**word** ${'and more '.repeat(50)}\n`],
  ['lines', '- **word**\n'],
])('shows what comes after the limit of %s as it is written', (_, line) => {
  const lines = Math.min(MARKDOWN_LINES_MAX, Math.floor(MARKDOWN_CHARS_MAX / line.length));
  const last = createBlockParser('a')
    .parse(line.repeat(lines + 2), false)
    .at(-1);
  expect(last?.source).toBe(line.repeat(2));
  expect(JSON.stringify(last?.tree)).toContain('**word**');
});

it('keeps the blocks of a long growing text with definitions, and links its references at the end', () => {
  const text = `${'A paragraph.\n\n'.repeat(2_000)}See [x].\n\nMore.\n\n[x]: https://example.org\n\n`;
  const parser = createBlockParser('a');
  const before = parser.parse(text, true);
  const after = parser.parse(`${text}And more.`, true);
  expect(after.length).toBeGreaterThan(1_000);
  for (const [index, block] of before.slice(0, -3).entries()) expect(after[index]).toBe(block);
  expect(JSON.stringify(parser.parse(text, false).at(-1)?.tree)).toContain('https://example.org');
});

import { expect, it } from 'vitest';
import { renderAnswer, visibleText } from '../testing/visible-text.ts';

it('renders the few tags that only shape text', () => {
  const html = renderAnswer('H<sub>2</sub>O, <kbd>Ctrl</kbd>, a<br>b, <mark>new</mark>');
  for (const tag of ['<sub>', '<kbd', '<br/>', '<mark']) expect(html).toContain(tag);
  expect(renderAnswer('<details>\n<summary>More</summary>\n\n**text**\n\n</details>')).toMatch(
    /<details.*<summary.*More<\/summary>.*<strong.*text.*<\/details>/s,
  );
});

it('shows unknown and unclosed tags as they are written', () => {
  for (const text of [
    'Vec<u>',
    'a<b and c>d',
    '<T extends Foo>',
    '<!-- note -->',
    '<|im_start|>',
    '<your-file>.txt',
    '<div>x</div>',
  ])
    expect(visibleText(text)).toBe(text);
});

it('keeps the indentation of XML', () => {
  const xml = '<order>\n  <id>7</id>\n</order>';
  expect(visibleText(xml)).toBe(xml);
});

it('ends emphasis beside CJK punctuation', () => {
  expect(renderAnswer('**「要点」**は')).toContain('「要点」</strong>は');
  expect(renderAnswer('~~削除。~~後')).toContain('<del>削除。</del>');
});

it('keeps single line breaks in text, and none in code and tables', () => {
  expect(renderAnswer('Roses are red\nViolets are blue')).toContain('red<br/>');
  expect(renderAnswer('| a |\n|---|\n| b |')).not.toContain('<br');
});

it('keeps the numbers of a list and makes room for them', () => {
  const html = renderAnswer('2. two\n4. four\n1000. thousand');
  expect(html).toContain('value="4"');
  expect(html).toContain('value="1000"');
  const padding = (text: string) => Number(/padding-inline-start:([\d.]+)em/.exec(renderAnswer(text))?.[1]);
  expect(padding('1000. a')).toBeGreaterThan(padding('1. a') + 1.5);
});

it('gives two answers with the same footnote different ids', () => {
  const html = renderAnswer('One.[^1]\n\n[^1]: Note.');
  expect(html).toContain('href="#');
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/-/);
  expect(ids).not.toContain('footnote-label');
});

it('keeps a fence within a fence of the same length whole', () => {
  const text = visibleText('```markdown\n# Clock\n\n```bash\nnpm i\n```\n\nThen.\n```\n\nGood luck.');
  expect(text).toContain('```bash\nnpm i\n```\n\nThen.');
  expect(text).toMatch(/Good luck\.$/);
});

it('puts a word of thousands of letters into an element without kerning, and changes none of its letters', () => {
  const word = 'x'.repeat(20_000);
  expect(renderAnswer(`a ${word} b`)).toContain('font-kerning:none');
  expect(visibleText(`a ${word} b`)).toBe(`a ${word} b`);
});

import { describe, expect, it } from 'vitest';
import { renderAnswer, visibleText } from '../testing/visible-text.ts';

const formulas = (text: string, streaming = false) =>
  [...renderAnswer(text, streaming).matchAll(/data-source="([^"]*)"/g)].map((match) => match[1]);

describe('mathematics', () => {
  it.each([
    ['\\(x\\)', ['\\(x\\)']],
    ['so $x$, $x_1$ and $f(x)$.', ['$x$', '$x_1$', '$f(x)$']],
    ['$a_i * b_i$ and $c_i * d_i$', ['$a_i * b_i$', '$c_i * d_i$']],
    ['\\[x^2\\]', ['\\[x^2\\]']],
    ['- item\n\n  $$\n  a\n  - b\n  $$', ['$$\na\n- b\n$$']],
    ['> \\[\n> x\n> + y\n> \\]', ['\\[\nx\n+ y\n\\]']],
    [
      '$$\\begin{aligned}\na &= b \\\\\n= c\n\\end{aligned}$$',
      ['$$\\begin{aligned}\na &amp;= b \\\\\n= c\n\\end{aligned}$$'],
    ],
    ['在$x$中', ['$x$']],
  ])('is found in %j', (text, found) => {
    expect(formulas(text)).toEqual(found);
  });

  it.each([
    ...[
      '$5 and $10',
      'from $5-$10',
      'US$5 and US$10',
      '$5, $10, or $15.',
      '($5) or ($6)',
      '$HOME and $PATH',
      '$HOME/$USER',
    ],
    ...[
      '`$x$` and `\\(x\\)`',
      '```\n$$x$$\n\\[x\\]\n```',
      '\\[Your Name\\]',
      '\\[1\\]',
      '\\$x\\$',
      '$x or y$',
      'echo $a; echo $b',
      'use $$ for the pid and $$ again',
    ],
  ])('is not seen in %j', (text) => {
    expect(formulas(text)).toEqual([]);
  });

  it('shows the source of a formula until its end has come, and does not change in between', () => {
    const text = 'so \\(a_1 + b^2\\) and';
    for (let length = 6; length < text.indexOf('\\) and') + 1; length += 1)
      expect(visibleText(text.slice(0, length), true)).toBe(text.slice(0, length));
  });

  it('is shown as written when KaTeX can not read it', () => {
    expect(visibleText('\\(\\frac{1\\)')).toBe('\\(\\frac{1\\)');
  });
});

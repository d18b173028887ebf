import { describe, expect, it } from 'vitest';
import { arrayWork } from '../testing/array-work.ts';
import { createBlockParser } from './parse-blocks.ts';

const TIMES = 300;

const repeat = (times: number, piece: (index: number) => string): string =>
  Array.from({ length: times }, (_, index) => piece(index)).join('');

/** Sources in which parsers search or copy all that came before with each piece, unless they are kept from it. */
const SOURCES: Readonly<Record<string, (times: number) => string>> = {
  'footnotes, each with its reference': (times) => repeat(times, (i) => `a[^${i}]\n\n[^${i}]: note\n\n`),
  'references to footnotes': (times) =>
    repeat(times, (i) => `a[^${i}]\n\n`) + repeat(times, (i) => `[^${i}]: note\n`),
  'references to links': (times) =>
    repeat(times, (i) => `a[${i}]\n\n`) + repeat(times, (i) => `[${i}]: https://example.org\n`),
  'quotes between paragraphs': (times) => '> a\n\nb\n\n'.repeat(times),
  'lists within the items of a list': (times) => '- a\n  - b\n'.repeat(times),
  'lists between headings': (times) => '- a\n# b\n'.repeat(times),
};

describe('twice as much of the same is twice as much work', () => {
  it.each(Object.keys(SOURCES))('with %s', (name) => {
    const [once, twice] = [TIMES, 2 * TIMES].map((times) => {
      const source = SOURCES[name]?.(times) ?? '';
      return arrayWork(() => createBlockParser('a').parse(source, false));
    });
    for (const method of ['includes', 'indexOf', 'push'] as const)
      expect(twice?.[method], method).toBeLessThanOrEqual(2.5 * (once?.[method] ?? 0));
  });
});

import type { Nodes, Root } from 'mdast';
import { describe, expect, it } from 'vitest';
import { arrayWork } from '../testing/array-work.ts';
import { visibleText } from '../testing/visible-text.ts';
import { htmlToElements } from './html-tags.ts';

const TIMES = 4_000;

const rootOf = (value: string): Root => ({ type: 'root', children: [{ type: 'html', value }] });

function elementsOf(value: string, isGrowing = false): Root {
  const root = rootOf(value);
  htmlToElements(root, isGrowing);
  return root;
}

const depthOf = (node: Nodes): number =>
  'children' in node ? 1 + Math.max(0, ...node.children.map(depthOf)) : 0;

describe('the work for tags is linear', () => {
  it.each([
    ['without closing tags', (times: number) => '<b>'.repeat(times)],
    ['before closing tags of other names', (times: number) => '<b>'.repeat(times) + '</i>'.repeat(times)],
  ])('%s', (_, source) => {
    const [once, twice] = [TIMES, 2 * TIMES].map((times) => arrayWork(() => elementsOf(source(times))));
    for (const method of ['findLastIndex', 'push', 'splice'] as const)
      expect(twice?.[method], method).toBeLessThanOrEqual(2.5 * (once?.[method] ?? 0));
  });
});

it('bounds how deep elements nest', () => {
  const tags = '<details>'.repeat(TIMES);
  expect(depthOf(elementsOf(`${tags}${'</details>'.repeat(TIMES)}`))).toBeLessThan(110);
  expect(depthOf(elementsOf(tags, true))).toBeLessThan(110);
});

it('shows each of many unclosed tags as it is written', () => {
  const tags = Array.from({ length: 300 }, (_, i) => `w${i}<kbd>`).join('');
  expect(visibleText(tags)).toBe(tags);
});

it('still finds the element after many unclosed tags', () => {
  const { children } = elementsOf(`${'<kbd>'.repeat(500)}<b>bold</b>`);
  expect(children.at(-1)?.data?.hName).toBe('b');
});

import type { List, ListItem, Root } from 'mdast';
import { toHast } from 'mdast-util-to-hast';
import { expect, it } from 'vitest';
import { listItem } from './list-item.ts';
import { parseMarkdown } from './parse-blocks.ts';

const render = (tree: Root) => JSON.stringify(toHast(tree, { handlers: { listItem } }));

it.each([
  '- a\n- b',
  '- a\n\n- b',
  '- a\n- b\n\n  c',
  '1. a\n   - b\n\n   - c\n2. d',
  '- [ ] a\n- [x] b',
  '-\n- a',
])('draws %j as the default handler does', (source) => {
  const tree = parseMarkdown(source);
  expect(render(tree)).toBe(JSON.stringify(toHast(tree)));
});

it('puts the text of all items into paragraphs if a single one is loose', () => {
  expect(render(parseMarkdown('- a\n- b\n\n  c')).match(/"tagName":"p"/g)).toHaveLength(3);
});

it('asks each item of a list once whether it is loose', () => {
  let asked = 0;
  const item = (): ListItem => ({
    type: 'listItem',
    children: [],
    get spread() {
      asked += 1;
      return false;
    },
  });
  const list: List = { type: 'list', children: Array.from({ length: 100 }, item) };
  render({ type: 'root', children: [list] });
  expect(asked).toBe(100);
});

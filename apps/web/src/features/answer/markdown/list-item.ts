import type { Element } from 'hast';
import type { List, ListItem, Parents } from 'mdast';
import { defaultHandlers, type State } from 'mdast-util-to-hast';

const looseLists = new WeakMap<List, boolean>();

const isLooseItem = ({ spread, children }: ListItem): boolean => spread ?? children.length > 1;

function isLoose(list: List): boolean {
  const known = looseLists.get(list);
  if (known !== undefined) return known;
  const loose = list.spread === true || list.children.some(isLooseItem);
  looseLists.set(list, loose);
  return loose;
}

/** The default handler asks all items of the list for each item, which is quadratic. This one asks them once. */
export function listItem(state: State, node: ListItem, parent: Parents | undefined): Element {
  const asked = parent?.type === 'list' ? { ...parent, spread: isLoose(parent), children: [] } : parent;
  return defaultHandlers.listItem(state, node, asked);
}

import type { List, ListItem, Root, RootContent } from 'mdast';

/** Items of a list that are drawn and parsed as one while the answer grows. */
export const ITEMS_PER_PIECE = 40;

const BLANK_LINE = /\n[ \t]*\n/;

/** True if a blank line stands between two of the items. A piece is tight or loose by its own items. */
function isSpread(items: readonly ListItem[], source: string): boolean {
  return items.some((item, index) => {
    const next = items[index + 1]?.position?.start.offset;
    return next !== undefined && BLANK_LINE.test(source.slice(item.position?.end.offset, next));
  });
}

function pieceOf(list: List, items: ListItem[], source: string): List {
  const [first] = items;
  const start = first?.position?.start;
  const end = items.at(-1)?.position?.end;
  if (!start || !end) return list;
  // The piece begins with the white space before its first item, so that it is parsed again as it was written.
  const offset = (start.offset ?? 0) - (start.column - 1);
  const number = list.ordered ? Number.parseInt(source.slice(start.offset), 10) : undefined;
  return {
    ...list,
    children: items,
    spread: isSpread(items, source),
    ...(number === undefined ? {} : { start: number }),
    position: { start: { line: start.line, column: 1, offset }, end },
  };
}

function piecesOf(node: RootContent, source: string): RootContent[] {
  if (node.type !== 'list' || node.children.length <= ITEMS_PER_PIECE) return [node];
  const pieces: RootContent[] = [];
  for (let from = 0; from < node.children.length; from += ITEMS_PER_PIECE) {
    pieces.push(pieceOf(node, node.children.slice(from, from + ITEMS_PER_PIECE), source));
  }
  return pieces;
}

/**
 * Makes several lists of each long one, so that a list that grows is parsed from one of its last pieces on. Returns true if
 * there was a long one.
 */
export function splitLongLists(tree: Root, source: string): boolean {
  const pieces = tree.children.flatMap((node) => piecesOf(node, source));
  const isSplit = pieces.length > tree.children.length;
  tree.children = pieces;
  return isSplit;
}

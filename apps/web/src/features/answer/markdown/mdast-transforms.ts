import type {
  Code,
  Definition,
  FootnoteDefinition,
  List,
  Nodes,
  Paragraph,
  Parents,
  Root,
  Table,
} from 'mdast';
import { newlineToBreak } from 'mdast-util-newline-to-break';
import { FORMULA_FENCE, PENDING_FENCE } from './block-syntax.ts';
import { formulaOf } from './formula-syntax.ts';
import { htmlToElements } from './html-tags.ts';

export interface TransformInput {
  tree: Root;
  /** What the tree was parsed from. */
  source: string;
  /** For the last block of a text that is still on its way: how much of the source the model has written. */
  writtenLength?: number | undefined;
}

function forEachNode(node: Nodes, visit: (node: Nodes, parent?: Parents, index?: number) => void): void {
  if (!('children' in node)) return;
  for (const [index, child] of node.children.entries()) {
    visit(child, node, index);
    forEachNode(child, visit);
  }
}

function offsets(node: Nodes): [number, number] {
  return [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
}

/** The fences that prepareSource puts around formulas of several lines become formulas. */
function unwrapFormulas(tree: Root): void {
  forEachNode(tree, (node, parent, index) => {
    if (node.type !== 'code' || parent === undefined || index === undefined) return;
    if (node.lang !== FORMULA_FENCE && node.lang !== PENDING_FENCE) return;
    const formula = formulaOf(node.value);
    if (node.lang === PENDING_FENCE) formula.data.hProperties.isPending = true;
    const paragraph: Paragraph = { type: 'paragraph', children: [formula] };
    (parent.children as Nodes[])[index] = paragraph;
  });
}

/** A formula whose end is made up is shown as text, so that it does not change with every token. */
function markPending(tree: Root, writtenLength: number, source: string): void {
  forEachNode(tree, (node) => {
    if (node.type !== 'formula') return;
    const [from, to] = offsets(node);
    if (to <= writtenLength) return;
    node.data.hProperties.isPending = true;
    node.data.hProperties.source = source.slice(from, writtenLength);
  });
}

/** A list keeps the numbers that the model wrote, unless all are the same, which is how Markdown asks for counting. */
function keepListNumbers(list: List, source: string): void {
  if (!list.ordered) return;
  const numbers = list.children.map((item) => {
    const digits = /^\d+/.exec(source.slice(...offsets(item)));
    return digits ? Number(digits[0]) : undefined;
  });
  const first = numbers[0] ?? 1;
  if (numbers.every((number) => number === first)) return;
  for (const [index, item] of list.children.entries()) {
    const number = numbers[index];
    if (number === undefined || number === first + index) continue;
    item.data = { ...item.data, hProperties: { ...item.data?.hProperties, value: String(number) } };
  }
}

/** GFM drops cells beyond the header's. Columns without a header are better than lost text. */
function keepExtraCells(table: Table): void {
  const columns = Math.max(...table.children.map((row) => row.children.length));
  const align = table.align ?? [];
  table.align = [...align, ...Array(Math.max(0, columns - align.length)).fill(null)];
}

/** Definitions that nothing refers to would vanish. They are shown as written. */
function showUnusedDefinitions(tree: Root, source: string): void {
  const used = new Set<string>();
  forEachNode(tree, (node) => {
    if (node.type === 'linkReference' || node.type === 'imageReference') used.add(node.identifier);
    if (node.type === 'footnoteReference') used.add(`^${node.identifier}`);
  });
  const seen = new Set<string>();
  forEachNode(tree, (node, parent, index) => {
    if (node.type !== 'definition' && node.type !== 'footnoteDefinition') return;
    const key = (node.type === 'definition' ? '' : '^') + node.identifier;
    if (used.has(key) && !seen.has(key)) {
      seen.add(key);
      return;
    }
    if (parent && index !== undefined) (parent.children as Nodes[])[index] = asWritten(node, source);
  });
}

function asWritten(node: Definition | FootnoteDefinition, source: string): Nodes {
  if (node.type === 'definition')
    return { type: 'paragraph', children: [{ type: 'text', value: source.slice(...offsets(node)) }] };
  const label: Nodes = { type: 'text', value: `[^${node.label ?? node.identifier}]: ` };
  const [first, ...others] = node.children;
  const children =
    first?.type === 'paragraph'
      ? [{ ...first, children: [label, ...first.children] }, ...others]
      : [{ type: 'paragraph' as const, children: [label] }, ...node.children];
  return { type: 'blockquote', data: { hName: 'div' }, children };
}

/** The language with everything else that stands beside it: the header of the code shows both. */
function keepFenceInfo(code: Code): void {
  if (code.meta) code.data = { ...code.data, hProperties: { info: `${code.lang ?? ''} ${code.meta}` } };
}

/** Makes the tree show all that the model wrote, in the form in which it is drawn. */
export function transform({ tree, source, writtenLength }: TransformInput): void {
  if (writtenLength !== undefined) markPending(tree, writtenLength, source);
  unwrapFormulas(tree);
  showUnusedDefinitions(tree, source);
  forEachNode(tree, (node) => {
    if (node.type === 'list') keepListNumbers(node, source);
    else if (node.type === 'table') keepExtraCells(node);
    else if (node.type === 'code') keepFenceInfo(node);
  });
  // People see one line break where a poem or an address has one.
  newlineToBreak(tree);
  htmlToElements(tree, writtenLength !== undefined);
}

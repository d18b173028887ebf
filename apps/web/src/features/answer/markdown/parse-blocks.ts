import type { Nodes as HastNodes, Root as HastRoot } from 'hast';
import type { Root, RootContent } from 'mdast';
import { toHast } from 'mdast-util-to-hast';
import remarkCjkFriendly from 'remark-cjk-friendly';
import remarkCjkFriendlyGfmStrikethrough from 'remark-cjk-friendly-gfm-strikethrough';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { prepareSource } from './block-syntax.ts';
import { noWork, type ParseWork, remarkBounds } from './bounds.ts';
import { completeTail } from './complete-tail.ts';
import { footnoteReference } from './footnote-reference.ts';
import { remarkFormulas } from './formula-syntax.ts';
import { openDetails } from './html-tags.ts';
import { listItem } from './list-item.ts';
import { splitLongLists } from './list-pieces.ts';
import { wrapLongWords } from './long-words.ts';
import { type TransformInput, transform } from './mdast-transforms.ts';
import { textDirection } from './text-direction.ts';

/** A part of an answer that is drawn by itself. Its identity stays while its source does. */
export interface Block {
  source: string;
  tree: HastRoot;
  direction: 'ltr' | 'rtl';
  /** True for the end of a text that is still on its way. */
  isGrowing: boolean;
}

export interface BlockParser {
  /** The blocks of a text. While it streams, the last one is completed for the eye. */
  parse(text: string, isStreaming: boolean): readonly Block[];
}

/** Not frozen: a parse makes a copy with bounds of its own. */
const processor = unified()
  .use(remarkParse)
  // Two tildes strike out, one is a tilde: `~5 to 10~` and `H~2~O` are not struck out.
  .use(remarkGfm, { singleTilde: false })
  .use(remarkCjkFriendly)
  .use(remarkCjkFriendlyGfmStrikethrough, { singleTilde: false })
  .use(remarkFormulas);

/** Parses Markdown within the bounds of `bounds.ts`. `work` counts what it costs beyond linear time. */
export const parseMarkdown = (source: string, work: ParseWork = noWork()): Root =>
  processor().use(remarkBounds, work).parse(source);

/** What refers to something elsewhere in the text: then the text is one block. */
const DEFINITION = /^[ >]*\[[^\]\n]+\]:/m;

/**
 * Longer texts, in characters, are not kept in one block while they stream: it would be parsed again with every frame.
 * References become links when the text is whole.
 */
const GROWING_WHOLE_MAX = 20_000;

/**
 * What comes after so many characters or lines is shown as plain text. Parsing is linear, but a text of 2 MiB, or 60,000
 * list items, would still block the page for seconds.
 */
export const MARKDOWN_CHARS_MAX = 250_000;
export const MARKDOWN_LINES_MAX = 10_000;

/**
 * Blocks at the end that more text can change. A list takes in what looked like a paragraph after it (`1. a`, blank line,
 * `2` becomes an item with the next character), so the last one alone is not enough.
 */
const OPEN_BLOCKS = 2;

/**
 * The parser reads `2. b` below indented code as a paragraph, but as a list where it begins to parse. So it never begins
 * right after indented code.
 */
const INDENTED_CODE = /^\n*(?: {4}| {0,3}\t)/;

const start = (node: RootContent | undefined): number => node?.position?.start.offset ?? 0;

/** Start offsets of the blocks: one per top-level node, but `<details>` keeps together what is in it. */
function blockStarts(tree: Root): number[] {
  const starts: number[] = [];
  let depth = 0;
  for (const node of tree.children) {
    if (depth <= 0) starts.push(start(node));
    if (node.type === 'html') depth = Math.max(0, depth + openDetails(node));
  }
  return starts;
}

function isOneBlock(source: string, isStreaming: boolean): boolean {
  return !(isStreaming && source.length > GROWING_WHOLE_MAX) && DEFINITION.test(source);
}

/** Start offsets of the blocks of a tree. The first one takes in the blank lines before it. */
function startsOf(tree: Root, isWhole: boolean): number[] {
  const starts = isWhole ? [] : blockStarts(tree).slice(1);
  return tree.children.length === 0 ? [] : [0, ...starts];
}

/** The id of the footnotes' heading is the only one that mdast-util-to-hast does not prefix. */
const FOOTNOTE_LABEL = 'footnote-label';

function prefixFootnoteLabel(node: HastNodes, idPrefix: string): void {
  if (node.type === 'element') {
    const { properties } = node;
    if (properties.id === FOOTNOTE_LABEL) properties.id = `${idPrefix}-${FOOTNOTE_LABEL}`;
    if (properties.dataFootnoteRef) properties.ariaDescribedBy = [`${idPrefix}-${FOOTNOTE_LABEL}`];
  }
  if ('children' in node) for (const child of node.children) prefixFootnoteLabel(child, idPrefix);
}

/** Where the part of a text ends that is read as Markdown: after a line break, if there is one before the limit. */
function markdownEnd(text: string): number {
  let end = 0;
  for (let line = 0; line < MARKDOWN_LINES_MAX; line += 1) {
    const next = text.indexOf('\n', end) + 1;
    if (next === 0 && text.length <= MARKDOWN_CHARS_MAX) return text.length;
    if (next === 0 || next > MARKDOWN_CHARS_MAX) return end || MARKDOWN_CHARS_MAX;
    end = next;
  }
  return end;
}

function plainBlock(source: string): Block {
  const paragraph = {
    type: 'element' as const,
    tagName: 'p',
    properties: { className: ['verbatim'] },
    children: [{ type: 'text' as const, value: source }],
  };
  const tree: HastRoot = { type: 'root', children: [paragraph] };
  wrapLongWords(tree);
  return { source, tree, direction: textDirection(source), isGrowing: false };
}

const lengthOf = (blocks: readonly Block[]): number =>
  blocks.reduce((total, block) => total + block.source.length, 0);

/** A parser that parses again only what more text can have changed. `idPrefix` keeps the ids of two answers apart. */
export function createBlockParser(idPrefix: string): BlockParser {
  let parsed: readonly Block[] = [];
  let parsedSource = '';
  let hasPieces = false;

  function toBlock(source: string, input: TransformInput): Block {
    transform(input);
    const hast = toHast(input.tree, {
      clobberPrefix: `${idPrefix}-`,
      footnoteLabelTagName: 'h4',
      handlers: { footnoteReference, listItem },
    });
    prefixFootnoteLabel(hast, idPrefix);
    wrapLongWords(hast);
    const direction = textDirection(source);
    return { source, tree: hast as HastRoot, direction, isGrowing: input.writtenLength !== undefined };
  }

  function growingBlock(source: string): Block {
    const tail = completeTail(source, parseMarkdown);
    return toBlock(source, { ...tail, writtenLength: source.length });
  }

  /** Blocks of before that more text can't have changed. */
  function closedBlocks(source: string): readonly Block[] {
    const before = parsed.slice(0, -OPEN_BLOCKS);
    const closed = INDENTED_CODE.test(before.at(-1)?.source ?? '') ? before.slice(0, -1) : before;
    return source.startsWith(parsedSource.slice(0, lengthOf(closed))) ? closed : [];
  }

  function parse(text: string, isStreaming: boolean): readonly Block[] {
    const end = markdownEnd(text);
    const source = prepareSource(text.slice(0, end), isStreaming);
    const isWhole = isOneBlock(source, isStreaming);
    // The whole text has whole lists again.
    const closed = isWhole || (hasPieces && !isStreaming) ? [] : closedBlocks(source);
    const rest = source.slice(lengthOf(closed));
    const tree = parseMarkdown(rest);
    hasPieces = isStreaming && (splitLongLists(tree, rest) || hasPieces);
    const starts = startsOf(tree, isWhole);
    let next = 0;
    const open = starts.map((from, index) => {
      const to = starts[index + 1] ?? Number.POSITIVE_INFINITY;
      const first = next;
      while (next < tree.children.length && start(tree.children[next]) < to) next += 1;
      const own = rest.slice(from, to);
      const isGrowing = isStreaming && index === starts.length - 1;
      const before = parsed[closed.length + index];
      if (before?.source === own && before.isGrowing === isGrowing) return before;
      if (isGrowing) return growingBlock(own);
      const children = tree.children.slice(first, next);
      return toBlock(own, { tree: { type: 'root', children }, source: rest });
    });
    parsedSource = source;
    parsed = [...closed, ...open];
    return end < text.length ? [...parsed, plainBlock(text.slice(end))] : parsed;
  }

  return { parse };
}

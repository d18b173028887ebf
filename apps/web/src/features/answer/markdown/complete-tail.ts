import type { Nodes, Root } from 'mdast';
import remend from 'remend';
import { FORMULA_CLOSERS, type FormulaOpener } from './formula-rule.ts';
import { INLINE_TAGS } from './html-tags.ts';

export interface Tail {
  /** The source with what closes it. */
  source: string;
  tree: Root;
}

/** Characters at the end of a block in which an open formula is looked for. */
const LOOK_BACK = 2_000;

const OPENERS: readonly FormulaOpener[] = ['\\(', '\\[', '$$', '$'];

function endsWithFormula(node: Nodes, beyond: number): boolean {
  if (node.type === 'formula') return (node.position?.end.offset ?? 0) > beyond;
  const last = 'children' in node ? node.children.at(-1) : undefined;
  return last !== undefined && endsWithFormula(last, beyond);
}

/** The last opener of a formula that has no closer after it, as far as one can tell without parsing. */
function openFormula(source: string): { opener: FormulaOpener; content: string } | undefined {
  const tail = source.slice(-LOOK_BACK);
  const found = OPENERS.map((opener) => ({ opener, at: tail.lastIndexOf(opener) })).reduce((last, each) =>
    each.at > last.at ? each : last,
  );
  if (found.at < 0) return undefined;
  // The second dollar of a `$$` is no opener of its own.
  const opener = found.opener === '$' && tail[found.at - 1] === '$' ? '$$' : found.opener;
  return { opener, content: tail.slice(tail.lastIndexOf(opener) + opener.length) };
}

/** Hides what can only be the first half of something that is not shown: a backslash, an opener, the start of a tag. */
function withoutHalf(source: string): string {
  const cut = source.replace(/(?<!\\)\\$|(?<!\\)\\[([]$|\$\$$/, '');
  const tag = /<\/?([a-z]*)$/i.exec(cut);
  const name = tag?.[1]?.toLowerCase();
  const isTag = name !== undefined && ['br', ...INLINE_TAGS].some((each) => each.startsWith(name));
  return isTag && tag ? cut.slice(0, tag.index) : cut;
}

/** The source with a closer for its open formula; the parser decides whether it is one (it may be code). */
function closeFormula(source: string, parse: (source: string) => Root): Tail | undefined {
  const open = openFormula(source);
  if (!open || open.content.trim() === '') return undefined;
  const isCertain = open.opener !== '$';
  // Money comes with one dollar too, so the content has to say that it is a formula.
  if (!isCertain && !/[\\^_]/.test(open.content)) return undefined;
  const written = source.replace(open.opener.startsWith('$') ? /\$$|\\$/ : /(?<!\\)\\$/, '');
  // The space command makes a formula of a content that does not show yet that it is one.
  const closed = `${written}${isCertain ? '\\,' : ''}${FORMULA_CLOSERS[open.opener]}`;
  const tree = parse(closed);
  return endsWithFormula(tree, written.length) ? { source: closed, tree } : undefined;
}

/** Closes half-written Markdown at the end of a block that still grows. */
export function completeTail(source: string, parse: (source: string) => Root): Tail {
  const formula = closeFormula(source, parse);
  if (formula) return formula;
  const completed = remend(withoutHalf(source), {
    katex: false,
    htmlTags: false,
    singleTilde: false,
    comparisonOperators: false,
    linkMode: 'text-only',
  });
  return { source: completed, tree: parse(completed) };
}

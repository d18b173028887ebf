import { FORMULA_CLOSERS, type FormulaOpener, isFormula } from './formula-rule.ts';

/**
 * Marks a fence that we put around a formula of several lines, so that lines such as `- b` or `= c` in it are no list and
 * no heading. A private-use character keeps it apart from every language.
 */
export const FORMULA_FENCE = '\u{F0F0}formula';
/** The same for a formula whose end is still on its way. */
export const PENDING_FENCE = '\u{F0F0}pending';

/** A formula may have this many lines. It bounds the search for its end. */
const FORMULA_LINES_MAX = 80;

const FENCE = /^([ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})(.*)$/;
const LIST_ITEM = /^( *)(?:[-*+]|\d{1,9}[.)])( +)/;
const FORMULA_START = /^([ \t>]*)(\\\[|\$\$)(.*)$/;

/** Languages of code that has fences of its own. */
const HOLDS_FENCES: ReadonlySet<string> = new Set(['markdown', 'md', 'mdx', 'mdown', 'rmd', 'qmd']);
/** Languages that say nothing about what is in the code. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['', 'text', 'txt', 'plaintext', 'plain']);

interface Fence {
  prefix: string;
  run: string;
  info: string;
}

function fenceAt(line: string): Fence | undefined {
  const match = FENCE.exec(line);
  if (!match) return undefined;
  const [, prefix = '', run = '', rest = ''] = match;
  const info = rest.trim();
  return run.startsWith('`') && info.includes('`') ? undefined : { prefix, run, info };
}

interface FencedCode {
  /** Index of the closing line; the number of lines when there is none. */
  end: number;
  /** Length that the outer fence needs to hold what is in it. */
  length: number;
}

/** Where code ends when a fence with a language within it opens an inner one. */
function nestedEnd(lines: readonly string[], start: number, outer: Fence): FencedCode {
  const character = outer.run.charAt(0);
  let depth = 1;
  let length = outer.run.length;
  for (let index = start + 1; index < lines.length; index += 1) {
    const inner = fenceAt(lines[index] ?? '');
    if (!inner?.run.startsWith(character) || inner.run.length < outer.run.length) continue;
    if (inner.info === '') depth -= 1;
    else depth += 1;
    if (depth === 0) return { end: index, length };
    length = Math.max(length, inner.run.length + 1);
  }
  return { end: lines.length, length };
}

function plainEnd(lines: readonly string[], start: number, outer: Fence): FencedCode {
  const closes = new RegExp(`^[ \\t>]*${outer.run.charAt(0)}{${outer.run.length},}[ \\t]*$`);
  const length = outer.run.length;
  for (let index = start + 1; index < lines.length; index += 1) {
    if (closes.test(lines[index] ?? '')) return { end: index, length };
  }
  return { end: lines.length, length };
}

/**
 * Models put a fence within a fence of the same length, although the first bare fence ends the outer one. In Markdown an
 * inner fence is expected; in code without a language it counts when every inner fence has its end.
 */
function codeEnd(lines: readonly string[], start: number, outer: Fence): FencedCode {
  const language = outer.info.split(/\s/)[0]?.toLowerCase() ?? '';
  if (HOLDS_FENCES.has(language)) return nestedEnd(lines, start, outer);
  if (SAYS_NOTHING.has(language)) {
    const nested = nestedEnd(lines, start, outer);
    if (nested.end < lines.length) return nested;
  }
  return plainEnd(lines, start, outer);
}

/** The lines of a fenced code, with an outer fence that is long enough for the inner ones. */
function writeCode(
  lines: readonly string[],
  start: number,
  outer: Fence,
): { written: string[]; next: number } {
  const { end, length } = codeEnd(lines, start, outer);
  const written = lines.slice(start, end + 1);
  if (length > outer.run.length) {
    const run = outer.run.charAt(0).repeat(length);
    const grow = (line: string | undefined) => line?.replace(outer.run, run) ?? '';
    written[0] = grow(written[0]);
    if (end < lines.length) written[written.length - 1] = (written.at(-1) ?? '').replace(/[`~]{3,}/, run);
  }
  return { written, next: end + 1 };
}

interface FormulaInput {
  lines: readonly string[];
  start: number;
  /** Columns by which the content of the current list item is indented. */
  listIndent: number;
  isStreaming: boolean;
}

/** A formula of several lines in a fence of ours; undefined when none starts here. */
function writeFormula(input: FormulaInput): { written: string[]; next: number } | undefined {
  const { lines, start, listIndent, isStreaming } = input;
  const match = FORMULA_START.exec(lines[start] ?? '');
  if (!match) return undefined;
  const [, prefix = '', opener = '', rest = ''] = match;
  if (prefix.replaceAll(/[>\s]*>/g, '').length > listIndent + 3) return undefined;
  const closer = FORMULA_CLOSERS[opener as FormulaOpener];
  // The tokenizer of running text reads what ends in its first line.
  if (rest.includes(closer)) return undefined;
  const content: string[] = [rest];
  const end = Math.min(lines.length, start + FORMULA_LINES_MAX);
  for (let index = start + 1; index < end; index += 1) {
    const line = lines[index] ?? '';
    const at = line.indexOf(closer);
    if (at < 0 && fenceAt(line)) return undefined;
    content.push(at < 0 ? line : line.slice(0, at));
    if (at < 0) continue;
    if (!isFormula(opener as FormulaOpener, ownLines(content))) return undefined;
    const tail = line.slice(at + closer.length);
    const source = [...lines.slice(start, index), line.slice(0, at + closer.length)];
    const after = tail.trim() === '' ? [] : [prefix + tail.trimStart()];
    return { written: [...fenced(source, prefix, FORMULA_FENCE), ...after], next: index + 1 };
  }
  if (!isStreaming || end < lines.length) return undefined;
  const soFar = ownLines(content);
  if (soFar.trim() !== '' && !isFormula('$$', soFar)) return undefined;
  return { written: fenced(lines.slice(start), prefix, PENDING_FENCE), next: lines.length };
}

/** Content whose delimiters stand apart from it needs no operator to be a formula: `\[` and `x` in lines of their own. */
function ownLines(content: readonly string[]): string {
  const [first = '', ...others] = content;
  const text = content.join('\n');
  return first.trim() === '' && others.length > 0 && /^\s*\S{1,2}\s*$/.test(text) ? `${text}=` : text;
}

function fenced(source: readonly string[], prefix: string, info: string): string[] {
  const longest = Math.max(0, ...source.map((line) => /~+/.exec(line)?.[0].length ?? 0));
  const run = '~'.repeat(Math.max(3, longest + 1));
  const inside = source.map((line) => (line.startsWith(prefix) ? line : prefix + line.trimStart()));
  return [`${prefix}${run}${info}`, ...inside, `${prefix}${run}`];
}

/**
 * The source as CommonMark reads it in the way that the model meant it: fences hold the fences in them, and formulas of
 * several lines are one block. Nothing is left out. Time is linear in the length of the text.
 */
export function prepareSource(text: string, isStreaming: boolean): string {
  const lines = text.replaceAll(/\r\n?/g, '\n').split('\n');
  const written: string[] = [];
  let listIndent = 0;
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? '';
    const item = LIST_ITEM.exec(line);
    if (item) listIndent = item[0].length;
    else if (/^\S/.test(line)) listIndent = 0;
    const fence = fenceAt(line);
    const block = fence
      ? writeCode(lines, index, fence)
      : writeFormula({ lines, start: index, listIndent, isStreaming });
    if (block) for (const each of block.written) written.push(each);
    else written.push(line);
    index = block?.next ?? index + 1;
  }
  return written.join('\n');
}

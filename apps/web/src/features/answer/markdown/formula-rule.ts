/** What opens a formula, as it stands in the text. */
export type FormulaOpener = '$' | '$$' | '\\(' | '\\[';

export const FORMULA_CLOSERS: Readonly<Record<FormulaOpener, string>> = {
  $: '$',
  $$: '$$',
  '\\(': '\\)',
  '\\[': '\\]',
};

const COMMAND = /\\(?:[a-zA-Z]+|[,;:!{}|\\])/;
const OPERATOR = /[\^_=<>+*|±×÷≤≥≠≈∈∞√∑∫→-]/;
/** Two plain words in a row. A formula keeps words in `\text{…}`. */
const PROSE = /(?<![\\\p{L}])\p{L}{2,}[,;:.]?\s+\p{L}{2,}/u;
/** A word between spaces: `$x or y$`. */
const LONE_WORD = /\s[a-z]{2,}\s/;
const LONG_WORD = /(?<!\\)\b[a-zA-Z]{3,}/;

/**
 * True when the text between the delimiters is clearly mathematics. Money (`$5 and $10`), shell variables and escaped
 * brackets (`\[Your name\]`) are not.
 */
export function isFormula(opener: FormulaOpener, content: string): boolean {
  if (content.trim() === '') return false;
  if (opener === '$' && content.trim() !== content) return false;
  if (COMMAND.test(content)) return true;
  if (PROSE.test(content) || (opener === '$' && LONE_WORD.test(content))) return false;
  if (opener === '\\[' && !OPERATOR.test(content)) return false;
  return !LONG_WORD.test(content) || /[=^_]/.test(content);
}

/** The opener at the start of a formula's source. */
export function openerOf(source: string): FormulaOpener {
  if (source.startsWith('$$')) return '$$';
  if (source.startsWith('\\(')) return '\\(';
  return source.startsWith('\\[') ? '\\[' : '$';
}

export const isDisplay = (opener: FormulaOpener): boolean => opener === '$$' || opener === '\\[';

import type { Data, Literal } from 'mdast';
import type { Extension as MdastExtension } from 'mdast-util-from-markdown';
import type { Code, Construct, Extension, State, Tokenizer } from 'micromark-util-types';
import type { Processor } from 'unified';
import { FORMULA_CLOSERS, type FormulaOpener, isDisplay, isFormula, openerOf } from './formula-rule.ts';

/** A formula in running text. `value` is its source with the delimiters, so that nothing of it is ever lost. */
export interface Formula extends Literal {
  type: 'formula';
  data: Data & { hName: string; hProperties: { source: string; isDisplay: boolean; isPending?: boolean } };
}

declare module 'mdast' {
  interface PhrasingContentMap {
    formula: Formula;
  }
  interface RootContentMap {
    formula: Formula;
  }
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    formula: 'formula';
    formulaText: 'formulaText';
  }
}

/** The element that a formula becomes; a component draws it. */
export const FORMULA_ELEMENT = 'x-formula';

/** Longer formulas, in characters, stay text. It bounds how far the tokenizer looks ahead. */
const LENGTH_MAX = 4_000;

const DOLLAR = 36;
const BACKSLASH = 92;
const OPENERS: Readonly<Record<number, FormulaOpener>> = { 40: '\\(', 91: '\\[' };

const isLineEnding = (code: Code): boolean => code !== null && code < -2;
const isSpace = (code: Code): boolean => code !== null && (code < 0 || code === 32);
const isAlphanumeric = (code: Code): boolean => code !== null && /[a-z0-9]/i.test(String.fromCharCode(code));

function characterOf(code: number): string {
  return code < 0 ? ' ' : String.fromCharCode(code);
}

/** Reads `\(…\)`, `\[…\]`, `$$…$$` and `$…$`. What is not clearly a formula stays text (see formula-rule). */
const tokenize: Tokenizer = (effects, ok, nok) => {
  let opener: FormulaOpener = '$';
  let content = '';

  const start: State = (code) => {
    effects.enter('formula');
    effects.enter('formulaText');
    effects.consume(code);
    return code === DOLLAR ? afterDollar : afterBackslash;
  };

  const afterBackslash: State = (code) => {
    const found = code === null ? undefined : OPENERS[code];
    if (!found) return nok(code);
    opener = found;
    effects.consume(code);
    return inside;
  };

  const afterDollar: State = (code) => {
    if (code !== DOLLAR) return isSpace(code) ? nok(code) : inside(code);
    opener = '$$';
    effects.consume(code);
    return afterSecondDollar;
  };

  const afterSecondDollar: State = (code) => (code === DOLLAR ? nok(code) : inside(code));

  const inside: State = (code) => {
    if (code === null || content.length > LENGTH_MAX) return nok(code);
    if (opener === '$' && isLineEnding(code)) return nok(code);
    if (code === DOLLAR && opener === '$') return closed(code);
    if (isLineEnding(code)) return lineEnd(code);
    effects.consume(code);
    if (code === DOLLAR && opener === '$$') return dollarInside;
    if (code === BACKSLASH) return backslashInside;
    content += characterOf(code);
    return inside;
  };

  // Line endings are tokens of their own: in lists and quotes the text goes on in another chunk.
  const lineEnd: State = (code) => {
    content += '\n';
    effects.exit('formulaText');
    effects.enter('lineEnding');
    effects.consume(code);
    effects.exit('lineEnding');
    return lineStart;
  };

  const lineStart: State = (code) => {
    if (code === null || isLineEnding(code)) return nok(code);
    effects.enter('formulaText');
    return inside(code);
  };

  const dollarInside: State = (code) => {
    if (code === DOLLAR) return closed(code);
    content += '$';
    return inside(code);
  };

  const backslashInside: State = (code) => {
    if (code === null || isLineEnding(code)) {
      content += '\\';
      return inside(code);
    }
    const character = characterOf(code);
    if (FORMULA_CLOSERS[opener] === `\\${character}`) return closed(code);
    // Another opener: the first one had no end.
    if (opener === `\\${character}`) return nok(code);
    content += `\\${character}`;
    effects.consume(code);
    return inside;
  };

  const closed: State = (code) => {
    if (!isFormula(opener, content)) return nok(code);
    effects.consume(code);
    return after;
  };

  const after: State = (code) => {
    // `$5-$10` and `$A$B` are no formulas.
    if (opener.startsWith('$') && code === DOLLAR) return nok(code);
    if (opener === '$' && isAlphanumeric(code)) return nok(code);
    effects.exit('formulaText');
    effects.exit('formula');
    return ok(code);
  };

  return start;
};

export const dollarConstruct: Construct = {
  name: 'formula',
  tokenize,
  // No formula begins in the middle of a word (`US$5`) or with the second of two dollars.
  previous: (code) => code !== DOLLAR && !isAlphanumeric(code),
};
const bracketConstruct: Construct = { name: 'formula', tokenize };

const syntax: Extension = { text: { [DOLLAR]: dollarConstruct, [BACKSLASH]: bracketConstruct } };

/** A formula node from its source with delimiters. */
export function formulaOf(source: string): Formula {
  const hProperties = { source, isDisplay: isDisplay(openerOf(source)) };
  return { type: 'formula', value: source, data: { hName: FORMULA_ELEMENT, hProperties } };
}

const fromMarkdown: MdastExtension = {
  enter: {
    formula(token) {
      this.enter(formulaOf(this.sliceSerialize(token)), token);
    },
  },
  exit: {
    formula(token) {
      this.exit(token);
    },
  },
};

/** Formulas in running text, as a remark plugin. Formulas of several lines: see block-syntax. */
export function remarkFormulas(this: Processor): void {
  const data = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), syntax];
  data.fromMarkdownExtensions = [...(data.fromMarkdownExtensions ?? []), fromMarkdown];
}

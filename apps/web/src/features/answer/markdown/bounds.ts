import { blockQuote, codeText, htmlText, labelEnd, list, setextUnderline } from 'micromark-core-commonmark';
import type {
  Code,
  Construct,
  ConstructRecord,
  Effects,
  Extension,
  State,
  TokenizeContext,
  Tokenizer,
} from 'micromark-util-types';
import type { Processor } from 'unified';
import { dollarConstruct } from './formula-syntax.ts';
import { NameList } from './name-list.ts';

/**
 * Bounds for what micromark does in more than linear time. Beyond them the rest of a line stays text, so nothing is lost.
 * All are far above what an answer for people needs.
 */
export const BOUNDS = {
  /** Characters with a meaning in one paragraph, cell or heading. Matching emphasis is quadratic in them. */
  marksPerText: 2_000,
  /** Steps of a whole parse that are not linear. A step is one character read ahead, or one mark compared with another. */
  steps: 4_000_000,
  /** The last column in which a quote or list item begins. It bounds how deep they nest, and so the recursion. */
  nestingColumn: 100,
  /** Underlined headings of a parse. Each one copies all events before it. */
  underlinedHeadings: 100,
  /**
   * Lines of a parse that continue a paragraph of a quote, item or footnote without its marker. Each one searches all
   * events of the paragraph. Further ones begin a paragraph of their own; indented ones belong to the quote or item.
   */
  lazyLines: 1_000,
} as const;

/** What a parse has spent of the bounds. */
export interface ParseWork {
  steps: number;
  underlinedHeadings: number;
  lazyLines: number;
}

export const noWork = (): ParseWork => ({ steps: 0, underlinedHeadings: 0, lazyLines: 0 });

const MARKS = '*_~[!\\';

const isLineEnd = (code: Code): boolean => code === null || code < -2;

/** A construct under a name that can be told apart from the one of CommonMark, which is switched off. */
const replacing = (construct: Construct, tokenize: Tokenizer): Construct => ({
  ...construct,
  name: `bounded${construct.name}`,
  tokenize,
});

/** Takes the rest of a line as text once the bounds are reached. It stands before all constructs of running text. */
function createGate(work: ParseWork): Construct {
  const marks = new WeakMap<TokenizeContext, number>();
  const tokenize: Tokenizer = function tokenizeRest(effects, ok, nok) {
    const count = (marks.get(this) ?? 0) + 1;
    marks.set(this, count);
    work.steps += count;
    if (count <= BOUNDS.marksPerText && work.steps <= BOUNDS.steps) return nok;
    const rest: State = (code) => {
      if (isLineEnd(code)) {
        effects.exit('data');
        return ok(code);
      }
      effects.consume(code);
      return rest;
    };
    return (code) => {
      effects.enter('data');
      return rest(code);
    };
  };
  return { name: 'textBounds', tokenize };
}

/** A text is split before a mark when any of its constructs may begin there. The gate must not add such places. */
const withPreviousOf = (gate: Construct, { previous }: Construct): Construct => ({ ...gate, previous });

/** The same construct, with the characters counted that it reads, and those that its parts read. */
function counted(construct: Construct, work: ParseWork): Construct {
  return replacing(construct, function tokenizeCounted(effects, ok, nok) {
    return construct.tokenize.call(this, countedEffects(effects, work), ok, nok);
  });
}

function countedEffects(effects: Effects, work: ParseWork): Effects {
  return {
    ...effects,
    consume(code) {
      work.steps += 1;
      effects.consume(code);
    },
    attempt: (construct, ok, nok) => effects.attempt(countedPart(construct, work), ok, nok),
  };
}

function countedPart(
  part: Construct | Construct[] | ConstructRecord,
  work: ParseWork,
): Construct | Construct[] | ConstructRecord {
  return 'tokenize' in part && typeof part.tokenize === 'function' ? counted(part as Construct, work) : part;
}

const isSpace = (code: Code): boolean => code === -2 || code === -1 || code === 32;

/** Text behind four columns of white space or more, which is no block of its own below a paragraph. */
const indentedText: Construct = {
  partial: true,
  tokenize(effects, ok, nok) {
    let columns = 0;
    const inside: State = (code) => {
      if (isSpace(code)) {
        columns += 1;
        effects.consume(code);
        return inside;
      }
      effects.exit('linePrefix');
      return columns >= 4 && !isLineEnd(code) ? ok(code) : nok(code);
    };
    return (code) => {
      if (!isSpace(code)) return nok(code);
      effects.enter('linePrefix');
      return inside(code);
    };
  },
};

/** A quote or list within the bounds of nesting and of lazy lines. */
function boundedContainer(container: Construct, work: ParseWork): Construct {
  const bounded = replacing(container, function tokenizeNested(effects, ok, nok) {
    return this.now().column > BOUNDS.nestingColumn ? nok : container.tokenize.call(this, effects, ok, nok);
  });
  const { continuation } = container;
  if (!continuation) return bounded;
  // CommonMark's continuation tries its own construct, which is switched off.
  const marked: Tokenizer = function tokenizeMarked(effects, ok, nok) {
    const attempt: Effects['attempt'] = (construct, then, otherwise) =>
      effects.attempt(construct === container ? bounded : construct, then, otherwise);
    return continuation.tokenize.call(this, { ...effects, attempt }, ok, nok);
  };
  const next: Tokenizer = (effects, ok, nok) => {
    // Beyond the bound it belongs to the container. `fewLazyLines` does not see indented lines.
    const lazyLine: State = (code) => {
      if (work.lazyLines >= BOUNDS.lazyLines) return ok(code);
      work.lazyLines += 1;
      return nok(code);
    };
    return effects.attempt(
      { ...continuation, tokenize: marked },
      ok,
      effects.check(indentedText, lazyLine, nok),
    );
  };
  return Object.assign(bounded, { continuation: { ...continuation, tokenize: next } });
}

function fewUnderlines(work: ParseWork): Construct {
  return replacing(setextUnderline, function tokenizeUnderline(effects, ok, nok) {
    if (work.underlinedHeadings >= BOUNDS.underlinedHeadings) return nok;
    const counting: State = (code) => {
      work.underlinedHeadings += 1;
      return ok(code);
    };
    return setextUnderline.tokenize.call(this, effects, counting, nok);
  });
}

/** Interrupts the paragraph above a lazy line once there were too many. It takes nothing of the line. */
function fewLazyLines(work: ParseWork): Construct {
  const tokenize: Tokenizer = function tokenizeLazyLine(_effects, ok, nok) {
    if (!this.interrupt || !this.parser.lazy[this.now().line]) return nok;
    if (work.lazyLines >= BOUNDS.lazyLines) return ok;
    work.lazyLines += 1;
    return nok;
  };
  return { name: 'lazyLineBounds', tokenize };
}

/** Makes the names of definitions quick to find, before the first one is read. It takes nothing. */
const quickNames: Construct = {
  name: 'quickNames',
  tokenize(_effects, _ok, nok) {
    const { parser } = this;
    parser.gfmFootnotes ??= new NameList();
    if (!(parser.defined instanceof NameList)) parser.defined = new NameList();
    return nok;
  },
};

const LIST_MARKERS = '*+-0123456789';

const forEach = (characters: string, construct: Construct): Record<string, Construct> =>
  Object.fromEntries([...characters].map((character) => [character.charCodeAt(0), construct]));

const REPLACED = [blockQuote, codeText, htmlText, labelEnd, list, setextUnderline];

function boundsExtension(work: ParseWork): Extension {
  const gate = createGate(work);
  const text: Record<string, Construct[]> = {};
  const add = (mark: string, ...constructs: Construct[]) => {
    text[mark.charCodeAt(0)] = constructs;
  };
  const scanning = (construct: Construct): Construct => ({ ...counted(construct, work), add: 'after' });
  for (const mark of MARKS) add(mark, gate);
  add('<', gate, scanning(htmlText));
  add(']', gate, scanning(labelEnd));
  add('`', withPreviousOf(gate, codeText), scanning(codeText));
  add('$', withPreviousOf(gate, dollarConstruct));
  return {
    document: {
      ...forEach(LIST_MARKERS, boundedContainer(list, work)),
      ...forEach('>', boundedContainer(blockQuote, work)),
      ...forEach('[', quickNames),
    },
    flow: { ...forEach('-=', fewUnderlines(work)), null: fewLazyLines(work) },
    text,
    disable: { null: REPLACED.flatMap(({ name }) => (name === undefined ? [] : [name])) },
  };
}

/** Keeps one parse within the bounds, as the last plugin that adds syntax. */
export function remarkBounds(this: Processor, work: ParseWork): void {
  const data = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), boundsExtension(work)];
}

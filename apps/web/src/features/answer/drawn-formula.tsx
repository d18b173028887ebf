'use client';

import 'katex/dist/katex.min.css';
import { renderToString } from 'katex';
import { type ReactNode, useMemo } from 'react';
import { FORMULA_CLOSERS, openerOf } from './markdown/formula-rule.ts';

interface DrawnFormulaProps {
  source: string;
  isDisplay: boolean;
  /** Shown for a formula that KaTeX does not understand. */
  fallback: ReactNode;
}

/** Largest size that a formula may ask for, in em. */
const SIZE_MAX_EM = 20;
const MACRO_EXPANSIONS_MAX = 500;

/** The HTML of a formula, or undefined when it is not LaTeX that KaTeX knows. */
export function drawFormula(source: string, isDisplay: boolean): string | undefined {
  const opener = openerOf(source);
  const tex = source.trim().slice(opener.length, -FORMULA_CLOSERS[opener].length);
  try {
    return renderToString(tex, {
      displayMode: isDisplay,
      throwOnError: true,
      strict: 'ignore',
      // No links, pictures or attributes from a model.
      trust: false,
      maxSize: SIZE_MAX_EM,
      maxExpand: MACRO_EXPANSIONS_MAX,
    });
  } catch {
    return undefined;
  }
}

/** Draws a formula with KaTeX. Load it lazily: it is large. */
export default function DrawnFormula({ source, isDisplay, fallback }: DrawnFormulaProps) {
  const html = useMemo(() => drawFormula(source, isDisplay), [source, isDisplay]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: KaTeX escapes what it is given, and trust is off
  return html === undefined ? fallback : <span dangerouslySetInnerHTML={{ __html: html }} />;
}

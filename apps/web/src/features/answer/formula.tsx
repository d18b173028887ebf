'use client';

import { lazy, memo, Suspense, useSyncExternalStore } from 'react';
import { cn } from '~/lib/cn.ts';
import { scrollable } from '~/lib/scrollable.ts';
import { ErrorFallback } from './error-fallback.tsx';

/** KaTeX is most of what an answer with mathematics needs, so it comes with the first formula. */
const DrawnFormula = lazy(() => import('./drawn-formula.tsx'));

export interface FormulaProps {
  /** As the model wrote it, with its delimiters. */
  source: string;
  isDisplay: boolean;
  /** The end of the formula is still on its way. */
  isPending?: boolean;
}

/** Characters from which a formula in running text may be wider than a panel. */
const WIDE_FORMULA = 60;

const neverChanges = () => () => undefined;

/** False on the server and while hydrating: KaTeX's style sheet is not there yet. */
const useIsInBrowser = () =>
  useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );

/** A formula: its source until it can be drawn. Copying gives the source (see copy-source). */
export const Formula = memo(function Formula({ source, isDisplay, isPending = false }: FormulaProps) {
  const isInBrowser = useIsInBrowser();
  const written = <span className="whitespace-pre-wrap font-mono text-[0.9em]">{source}</span>;
  const drawn =
    isPending || !isInBrowser ? (
      written
    ) : (
      <ErrorFallback fallback={written}>
        <Suspense fallback={written}>
          <DrawnFormula source={source} isDisplay={isDisplay} fallback={written} />
        </Suspense>
      </ErrorFallback>
    );
  const isWide = isDisplay || source.length > WIDE_FORMULA;
  return (
    <span
      data-source={source}
      {...(isWide && !isPending ? scrollable('Formula') : {})}
      dir="ltr"
      className={cn(
        isDisplay && 'my-2 block overflow-x-auto overflow-y-hidden py-0.5',
        isWide && !isDisplay && 'inline-block max-w-full overflow-x-auto overflow-y-hidden align-bottom',
      )}
    >
      {drawn}
    </span>
  );
});

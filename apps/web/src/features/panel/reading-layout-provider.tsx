'use client';

import { createContext, type ReactNode, use, useMemo, useState } from 'react';
import { writeCookie } from '../shell/cookies.ts';
import {
  DEFAULT_READING_LAYOUT,
  READING_LAYOUT_COOKIE,
  type ReadingLayout,
  readingLayoutText,
} from './reading-layout.ts';

interface ReadingLayoutHandle {
  layout: ReadingLayout;
  change: (part: Partial<ReadingLayout>) => void;
}

const ReadingLayoutContext = createContext<ReadingLayoutHandle>({
  layout: DEFAULT_READING_LAYOUT,
  change: () => undefined,
});

/** The layout of the answers, and the way to change it for this and all later turns. */
export const useReadingLayout = (): ReadingLayoutHandle => use(ReadingLayoutContext);

interface ReadingLayoutProviderProps {
  atFirst: ReadingLayout;
  children: ReactNode;
}

/** Stays mounted while the person goes from page to page, so that no page shows an earlier layout. */
export function ReadingLayoutProvider({ atFirst, children }: ReadingLayoutProviderProps) {
  const [layout, setLayout] = useState(atFirst);
  const handle = useMemo(
    () => ({
      layout,
      change: (part: Partial<ReadingLayout>) => {
        const next = { ...layout, ...part };
        setLayout(next);
        writeCookie(READING_LAYOUT_COOKIE, readingLayoutText(next));
      },
    }),
    [layout],
  );
  return <ReadingLayoutContext value={handle}>{children}</ReadingLayoutContext>;
}

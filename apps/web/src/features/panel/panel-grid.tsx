'use client';

import type { ResponseView } from '@aideator/contract/views';
import { useRef, useState } from 'react';
import { cn } from '~/lib/cn.ts';
import { scrollBehavior } from '~/lib/scroll-behavior.ts';
import { useEscape } from '~/lib/use-escape.ts';
import { ColumnSeparators } from './column-separators.tsx';
import { foldedCount, SHOWN_WHEN_FOLDED } from './fold.ts';
import { FoldBar } from './fold-bar.tsx';
import { Panel } from './panel.tsx';
import { gridLayout } from './panel-grid-layout.ts';
import { PanelTabs } from './panel-tabs.tsx';
import { columnStyle } from './reading-layout.ts';
import { useReadingLayout } from './reading-layout-provider.tsx';
import { useCurrentPanel } from './use-current-panel.ts';
import type { FromTheStart } from './use-following.ts';
import type { KeptScroll } from './use-kept-scroll.ts';
import { useScrollTogether } from './use-scroll-together.ts';

/** Rows share the available height. Below a readable height the conversation scrolls. */
const HEIGHT = 'min-h-[calc(var(--rows)*var(--panel-min)+(var(--rows)-1)*0.75rem)] flex-1 [--rows:1]';
/** Larger than its box by the outline of a chosen panel, which would be clipped otherwise. */
const SWIPED = [
  'absolute -inset-x-4 -inset-y-1 flex snap-x snap-mandatory gap-3 overflow-x-auto overflow-y-hidden scroll-px-4 px-4 py-1',
  '[scrollbar-width:none]',
];
const GRID =
  '@min-[35rem]:inset-0 @min-[35rem]:grid @min-[35rem]:auto-rows-[minmax(0,1fr)] @min-[35rem]:overflow-visible @min-[35rem]:p-0';

interface PanelGridProps {
  responses: readonly ResponseView[];
}

/** The answer that is expanded to full width, if any. */
function useAlone(responses: readonly ResponseView[]) {
  const [responseId, setResponseId] = useState<string>();
  const index = responses.findIndex((response) => response.responseId === responseId);
  const leave = () => setResponseId(undefined);
  useEscape(index >= 0, leave);
  return {
    /** Its index; undefined while all answers are shown. */
    index: index < 0 ? undefined : index,
    show: (at: number) => setResponseId(responses[at]?.responseId),
    leave,
  };
}

/** All answers of a turn side by side. In one column they are swiped, or chosen by name. */
export function PanelGrid({ responses }: PanelGridProps) {
  const alone = useAlone(responses);
  const isAlone = alone.index !== undefined;
  const reading = useReadingLayout();
  const shown = responses.length - foldedCount(responses.length, reading.layout.unfolded);
  const layout = gridLayout(shown);
  const [startsAsked, setStartsAsked] = useState(0);
  const fromTheStart: FromTheStart = { count: startsAsked, ask: () => setStartsAsked(startsAsked + 1) };
  const [keptScroll] = useState<KeptScroll>(() => new Map());
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  useScrollTogether(scroller, reading.layout.together);
  const inTheMiddle = useCurrentPanel(scroller, isAlone ? 1 : responses.length);
  const swipeTo = (index: number) =>
    scroller.current?.children
      .item(index)
      ?.scrollIntoView({ behavior: scrollBehavior(), block: 'nearest', inline: 'center' });
  const expandOf = (index: number) => ({
    expanded: isAlone,
    toggle: isAlone ? alone.leave : () => alone.show(index),
  });
  return (
    <div data-alone={isAlone || undefined} className="@container/answers flex flex-1 flex-col">
      {responses.length > 1 && (
        <PanelTabs
          responses={responses}
          current={alone.index ?? inTheMiddle}
          onShow={isAlone ? alone.show : swipeTo}
          onShowAll={isAlone ? alone.leave : undefined}
        />
      )}
      <div
        ref={rows}
        style={columnStyle(reading.layout.columns)}
        className={cn('relative', HEIGHT, !isAlone && layout.rows)}
      >
        <div
          ref={scroller}
          className={cn(SWIPED, GRID, isAlone ? '@min-[35rem]:grid-cols-1' : layout.columns)}
        >
          {responses.map((response, index) =>
            isAlone && index !== alone.index ? null : (
              <Panel
                key={response.responseId}
                response={response}
                fromTheStart={fromTheStart}
                keptScroll={keptScroll}
                className={cn(
                  // Above the edges of the columns, where a panel spans two of them.
                  'z-1 w-[calc(100%-1.25rem)] shrink-0 snap-center only:w-full @min-[35rem]:w-auto @min-[35rem]:only:w-auto',
                  !isAlone && index >= shown && '@min-[35rem]:hidden',
                )}
                expand={responses.length > 1 ? expandOf(index) : undefined}
              />
            ),
          )}
        </div>
        {!isAlone && <ColumnSeparators panels={shown} container={rows} />}
      </div>
      {!isAlone && responses.length > SHOWN_WHEN_FOLDED && (
        <FoldBar
          folded={responses.slice(shown)}
          onToggle={() => reading.change({ unfolded: !reading.layout.unfolded })}
        />
      )}
    </div>
  );
}

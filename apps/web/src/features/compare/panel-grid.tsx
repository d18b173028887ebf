'use client';

import type { ResponseView } from '@aideator/contract/views';
import { useRef, useState } from 'react';
import { cn } from '~/lib/cn.ts';
import { Panel } from './panel.tsx';
import { PanelTabs } from './panel-tabs.tsx';
import { scrollBehavior } from './scroll-behavior.ts';
import { useCurrentPanel } from './use-current-panel.ts';
import { useEscape } from './use-escape.ts';
import type { FromTheStart } from './use-following.ts';

/**
 * Columns, and with them rows, by number of panels and width of the column they stand in (not of the window: the sidebar
 * can be folded). A panel is never narrower than about 270 pixels.
 */
const COLUMNS: Readonly<Record<number, string>> = {
  1: '',
  2: '@min-[35rem]:grid-cols-2',
  3: '@min-[35rem]:grid-cols-2 @min-[52rem]:grid-cols-3 @min-[35rem]:@max-[52rem]:[&>:last-child]:col-span-2',
  4: '@min-[35rem]:grid-cols-2 @min-[69rem]:grid-cols-4',
  // Three above two, which share the width.
  5: [
    '@min-[35rem]:grid-cols-2 @min-[35rem]:@max-[52rem]:[&>:last-child]:col-span-2 @min-[88rem]:grid-cols-5',
    '@min-[52rem]:@max-[88rem]:grid-cols-6 @min-[52rem]:@max-[88rem]:[&>*]:col-span-2',
    '@min-[52rem]:@max-[88rem]:[&>:nth-last-child(-n+2)]:col-span-3',
  ].join(' '),
  6: '@min-[35rem]:grid-cols-2 @min-[52rem]:grid-cols-3 @min-[106rem]:grid-cols-6',
};
const ROWS: Readonly<Record<number, string>> = {
  3: '@min-[35rem]:[--rows:2] @min-[52rem]:[--rows:1]',
  4: '@min-[35rem]:[--rows:2] @min-[69rem]:[--rows:1]',
  5: '@min-[35rem]:[--rows:3] @min-[52rem]:[--rows:2] @min-[88rem]:[--rows:1]',
  6: '@min-[35rem]:[--rows:3] @min-[52rem]:[--rows:2] @min-[106rem]:[--rows:1]',
};
/** Rows share the height that there is; where that is too little for reading, the conversation scrolls. */
const HEIGHT = 'min-h-[calc(var(--rows)*var(--panel-min)+(var(--rows)-1)*0.75rem)] flex-1 [--rows:1]';
/** Beyond its box by the width of a chosen panel's outline, which would be cut off otherwise. */
const SWIPED = [
  'absolute -inset-x-4 -inset-y-1 flex snap-x snap-mandatory gap-3 overflow-x-auto overflow-y-hidden scroll-px-4 px-4 py-1',
  '[scrollbar-width:none]',
];
const GRID =
  '@min-[35rem]:inset-0 @min-[35rem]:grid @min-[35rem]:auto-rows-[minmax(0,1fr)] @min-[35rem]:overflow-visible @min-[35rem]:p-0';

interface PanelGridProps {
  responses: readonly ResponseView[];
}

/** Which answer is read alone, if any. */
function useAlone(responses: readonly ResponseView[]) {
  const [responseId, setResponseId] = useState<string>();
  const index = responses.findIndex((response) => response.responseId === responseId);
  const leave = () => setResponseId(undefined);
  useEscape(index >= 0, leave);
  return {
    /** Its place among all; undefined while all are shown. */
    index: index < 0 ? undefined : index,
    show: (at: number) => setResponseId(responses[at]?.responseId),
    leave,
  };
}

/** All answers of a turn side by side; below two columns one at a time, to swipe or to choose by name. */
export function PanelGrid({ responses }: PanelGridProps) {
  const alone = useAlone(responses);
  const isAlone = alone.index !== undefined;
  const [startsAsked, setStartsAsked] = useState(0);
  const fromTheStart: FromTheStart = { count: startsAsked, ask: () => setStartsAsked(startsAsked + 1) };
  const scroller = useRef<HTMLDivElement>(null);
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
      <div className={cn('relative', HEIGHT, !isAlone && ROWS[responses.length])}>
        <div
          ref={scroller}
          className={cn(SWIPED, GRID, isAlone ? '@min-[35rem]:grid-cols-1' : COLUMNS[responses.length])}
        >
          {responses.map((response, index) =>
            isAlone && index !== alone.index ? null : (
              <Panel
                key={response.responseId}
                response={response}
                fromTheStart={fromTheStart}
                className="w-[calc(100%-1.25rem)] shrink-0 snap-center only:w-full @min-[35rem]:w-auto @min-[35rem]:only:w-auto"
                expand={responses.length > 1 ? expandOf(index) : undefined}
              />
            ),
          )}
        </div>
      </div>
    </div>
  );
}

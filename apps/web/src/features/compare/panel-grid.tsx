'use client';

import type { ResponseView } from '@aideator/contract/views';
import { useEffect, useRef, useState } from 'react';
import { cn } from '~/lib/cn.ts';
import { accentStyle } from './accents.ts';
import { Panel } from './panel.tsx';
import { shortNames } from './short-names.ts';
import { useTurnScope } from './turn-context.tsx';

/**
 * Columns by number of panels and width of the column they stand in (not of the window: the sidebar can be folded).
 * A panel is never narrower than about 270 pixels.
 */
const COLUMNS: Readonly<Record<number, string>> = {
  1: '',
  2: '@min-[35rem]:grid-cols-2',
  3: '@min-[35rem]:grid-cols-2 @min-[52rem]:grid-cols-3 @min-[35rem]:@max-[52rem]:[&>:last-child]:col-span-2',
  4: '@min-[35rem]:grid-cols-2 @min-[69rem]:grid-cols-4',
  5: '@min-[35rem]:grid-cols-2 @min-[52rem]:grid-cols-3 @min-[88rem]:grid-cols-5 @min-[35rem]:@max-[52rem]:[&>:last-child]:col-span-2',
  6: '@min-[35rem]:grid-cols-2 @min-[52rem]:grid-cols-3 @min-[106rem]:grid-cols-6',
};

interface PanelGridProps {
  responses: readonly ResponseView[];
}

/** All answers of a turn side by side; below two columns one at a time, to swipe or to choose by name. */
export function PanelGrid({ responses }: PanelGridProps) {
  const [alone, setAlone] = useState<string>();
  const scroller = useRef<HTMLDivElement>(null);
  const current = useCurrentPanel(scroller, responses.length);
  const shown = responses.filter((response) => alone === undefined || response.responseId === alone);
  const show = (index: number) => {
    const panel = scroller.current?.children.item(index);
    panel?.scrollIntoView({ behavior: 'smooth', block: 'nearest', inline: 'center' });
  };
  return (
    <div className="@container">
      {shown.length > 1 && <PanelTabs responses={shown} current={current} onShow={show} />}
      <div
        ref={scroller}
        className={cn(
          '-mx-4 flex snap-x snap-mandatory gap-3 overflow-x-auto scroll-px-4 px-4 pb-1 [scrollbar-width:none]',
          '@min-[35rem]:mx-0 @min-[35rem]:grid @min-[35rem]:overflow-visible @min-[35rem]:p-0',
          alone === undefined ? COLUMNS[responses.length] : '@min-[35rem]:grid-cols-1',
        )}
      >
        {shown.map((response) => (
          <Panel
            key={response.responseId}
            response={response}
            className="w-[calc(100%-1.25rem)] shrink-0 snap-center only:w-full @min-[35rem]:w-auto"
            expand={
              responses.length > 1
                ? {
                    expanded: alone !== undefined,
                    toggle: () => setAlone(alone === undefined ? response.responseId : undefined),
                  }
                : undefined
            }
          />
        ))}
      </div>
    </div>
  );
}

interface PanelTabsProps {
  responses: readonly ResponseView[];
  current: number;
  onShow: (index: number) => void;
}

function PanelTabs({ responses, current, onShow }: PanelTabsProps) {
  const { turn, accentOf } = useTurnScope();
  const names = shortNames(responses.map((response) => response.modelName));
  return (
    <nav
      aria-label={`Answers to prompt ${turn.number}`}
      className="mb-2 flex gap-1 overflow-x-auto [scrollbar-width:none] @min-[35rem]:hidden"
    >
      {responses.map((response, index) => (
        <button
          key={response.responseId}
          type="button"
          aria-current={index === current}
          style={accentStyle(accentOf(response))}
          onClick={() => onShow(index)}
          className={cn(
            'flex h-8 max-w-36 shrink-0 items-center gap-1.5 rounded-full border px-2.5 font-medium text-xs',
            index === current ? 'border-(--panel-accent) text-foreground' : 'text-muted-foreground',
            turn.preference?.responseId === response.responseId &&
              'border-gold bg-gold-soft text-gold-foreground',
          )}
        >
          <span aria-hidden="true" className="size-2 shrink-0 rounded-full bg-(--panel-accent)" />
          <span className="truncate">{names[index]}</span>
        </button>
      ))}
    </nav>
  );
}

/** Which panel is in the middle of what can be swiped. */
function useCurrentPanel(scroller: React.RefObject<HTMLDivElement | null>, count: number): number {
  const [current, setCurrent] = useState(0);
  useEffect(() => {
    const root = scroller.current;
    if (!root || count < 2) return;
    const panels = [...root.children];
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (entry.isIntersecting) setCurrent(panels.indexOf(entry.target));
        }
      },
      { root, threshold: 0.6 },
    );
    for (const panel of panels) observer.observe(panel);
    return () => observer.disconnect();
  }, [scroller, count]);
  return current;
}

'use client';

import type { ResponseView } from '@aideator/contract/views';
import { CheckIcon, LayoutGridIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { accentStyle } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { scrollBehavior } from '~/lib/scroll-behavior.ts';
import { shortNames } from '~/lib/short-names.ts';
import { useTurnScope } from '../turn/turn-context.tsx';

interface PanelTabsProps {
  responses: readonly ResponseView[];
  current: number;
  onShow: (index: number) => void;
  /** Set while one answer is expanded; shows all answers again. */
  onShowAll: (() => void) | undefined;
}

/** The tabs of the answers, with the number of the current one. Hidden where all answers are side by side. */
export function PanelTabs({ responses, current, onShow, onShowAll }: PanelTabsProps) {
  const { turn } = useTurnScope();
  const names = shortNames(responses.map((response) => response.modelName));
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const strip = list.current;
    const tab = strip?.children.item(current);
    if (!strip || !(tab instanceof HTMLElement)) return;
    // scrollIntoView would scroll the page too.
    const left = tab.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
    strip.scrollTo({ left, behavior: scrollBehavior() });
  }, [current]);
  return (
    <nav
      aria-label={`Answers to prompt ${turn.number}`}
      className={cn('mb-2 flex items-center gap-2', onShowAll === undefined && '@min-[35rem]:hidden')}
    >
      <div
        ref={list}
        className="relative -my-1 flex min-w-0 flex-1 gap-1.5 overflow-x-auto py-1 pe-5 [mask-image:linear-gradient(to_right,black_calc(100%-1.5rem),transparent)] [scrollbar-width:none]"
      >
        {responses.map((response, index) => (
          <Tab
            key={response.responseId}
            response={response}
            name={names[index] ?? response.modelName}
            current={index === current}
            onShow={() => onShow(index)}
          />
        ))}
      </div>
      <span className="figures shrink-0 text-muted-foreground text-xs">
        {current + 1} of {responses.length}
      </span>
      {onShowAll && (
        <Button variant="outline" size="sm" onClick={onShowAll}>
          <LayoutGridIcon />
          <span className="max-sm:sr-only">All answers</span>
        </Button>
      )}
    </nav>
  );
}

interface TabProps {
  response: ResponseView;
  name: string;
  current: boolean;
  onShow: () => void;
}

function Tab({ response, name, current, onShow }: TabProps) {
  const { turn, accentOf } = useTurnScope();
  const chosen = turn.preference?.continueWith === response.responseId;
  return (
    <button
      type="button"
      aria-current={current}
      data-tab={response.position}
      style={accentStyle(accentOf(response))}
      onClick={onShow}
      className={cn(
        'flex h-8 touch:h-10 max-w-36 shrink-0 items-center gap-1.5 rounded-full border px-2.5 font-medium text-xs transition-colors',
        current ? 'border-(--panel-accent) bg-card text-foreground' : 'text-muted-foreground hover:bg-hover',
      )}
    >
      {chosen ? (
        <CheckIcon aria-hidden="true" className="size-3.5 shrink-0 text-gold-foreground" strokeWidth={3} />
      ) : (
        <span aria-hidden="true" className="size-2 shrink-0 rounded-full bg-(--panel-accent)" />
      )}
      <span className="truncate">{name}</span>
      {chosen && <span className="sr-only">, preferred</span>}
    </button>
  );
}

'use client';

import type { ResponseView } from '@aideator/contract/views';
import { accentStyle } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { distinctNames } from '~/lib/distinct-names.ts';
import { isPassedOver, standingOf } from '~/lib/verdict-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { PanelFoot } from './panel-foot.tsx';
import { PanelHead } from './panel-head.tsx';
import { PanelScroller } from './panel-scroller.tsx';
import type { FromTheStart } from './use-following.ts';
import type { KeptScroll } from './use-kept-scroll.ts';

interface PanelProps {
  response: ResponseView;
  fromTheStart: FromTheStart;
  keptScroll: KeptScroll;
  expand?: { expanded: boolean; toggle: () => void } | undefined;
  className?: string | undefined;
}

/** One of several answers. Its head and foot are fixed, the text scrolls between them. */
export function Panel({ response, fromTheStart, keptScroll, expand, className }: PanelProps) {
  const { turn, accentOf } = useTurnScope();
  const { preference } = turn;
  const chosen = preference?.continueWith === response.responseId;
  const standing = standingOf(preference, response.responseId);
  const passedOver = isPassedOver(standing);
  // Regions need different names when a model answers twice.
  const name = distinctNames(turn.responses.map(({ modelName }) => modelName))[
    turn.responses.indexOf(response)
  ];
  return (
    <section
      aria-label={`${name}, prompt ${turn.number}`}
      tabIndex={-1}
      data-panel={response.position}
      data-chosen={chosen || undefined}
      data-standing={standing}
      style={accentStyle(accentOf(response))}
      className={cn(
        'relative flex min-h-0 min-w-0 flex-col overflow-hidden rounded-xl border bg-card [container:panel/size]',
        'transition-[border-color,box-shadow,background-color] duration-200',
        !passedOver && standing && 'border-gold',
        chosen && 'shadow-[0_0_0_2px_var(--gold)]',
        passedOver && 'bg-background',
        className,
      )}
    >
      <span
        aria-hidden="true"
        className={cn('h-[3px] shrink-0 bg-(--panel-accent) transition-opacity', passedOver && 'opacity-35')}
      />
      <PanelHead response={response} standing={standing} expand={expand} />
      <PanelScroller
        response={response}
        fromTheStart={fromTheStart}
        keptScroll={keptScroll}
        className={cn(passedOver && 'text-foreground/80')}
      />
      <PanelFoot response={response} />
    </section>
  );
}

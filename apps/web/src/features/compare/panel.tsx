'use client';

import type { ResponseView } from '@aideator/contract/views';
import { ArrowDownIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import { Button } from '~/components/ui/button.tsx';
import { cn } from '~/lib/cn.ts';
import { accentStyle } from './accents.ts';
import { AnswerBody } from './answer-body.tsx';
import { PanelFoot } from './panel-foot.tsx';
import { PanelHead } from './panel-head.tsx';
import { scrollable } from './scrollable.ts';
import { isRunning, lookOf } from './status-text.ts';
import { useTurnScope } from './turn-context.tsx';
import { useResponse } from './use-response.ts';

interface PanelProps {
  response: ResponseView;
  expand?: { expanded: boolean; toggle: () => void } | undefined;
  className?: string | undefined;
}

/** One model's answer among others: head and foot stand still, the answer scrolls between them. */
export function Panel({ response, expand, className }: PanelProps) {
  const { turn, accentOf } = useTurnScope();
  const { preference } = turn;
  const chosen = preference?.verdict === 'response' && preference.responseId === response.responseId;
  const passedOver = preference?.verdict === 'none' || (preference?.verdict === 'response' && !chosen);
  return (
    <section
      aria-label={`${response.modelName}, prompt ${turn.number}`}
      tabIndex={-1}
      data-panel={response.position}
      data-chosen={chosen || undefined}
      style={accentStyle(accentOf(response))}
      className={cn(
        'relative flex h-(--panel-height) min-w-0 flex-col overflow-hidden rounded-xl border bg-card',
        'transition-[border-color,box-shadow,background-color] duration-200',
        chosen && 'border-gold shadow-[0_0_0_2px_var(--gold)]',
        passedOver && 'bg-background',
        className,
      )}
    >
      <span
        aria-hidden="true"
        className={cn('h-[3px] shrink-0 bg-(--panel-accent) transition-opacity', passedOver && 'opacity-35')}
      />
      <PanelHead response={response} expand={expand} />
      <PanelScroller response={response} className={cn(passedOver && 'text-foreground/80')} />
      <PanelFoot response={response} />
    </section>
  );
}

/** Follows the answer while it comes, until the person scrolls up. */
function PanelScroller({ response, className }: { response: ResponseView; className?: string }) {
  const { store } = useTurnScope();
  const running = useResponse(store, response.responseId, (state) => isRunning(lookOf(state)));
  // What was already whole when the page came is read from its beginning.
  const [initial] = useState<'instant' | false>(running ? 'instant' : false);
  const { scrollRef, contentRef, scrollToBottom, isAtBottom } = useStickToBottom({
    initial,
    resize: 'instant',
  });
  useEffect(() => {
    if (running) void scrollToBottom('instant');
  }, [running, scrollToBottom]);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scrollRef}
        {...scrollable(`Answer of ${response.modelName}`)}
        className={cn(
          'h-full overflow-auto px-3.5 py-2.5 text-sm leading-[1.55] focus-visible:-outline-offset-2',
          className,
        )}
      >
        <div ref={contentRef}>
          <AnswerBody response={response} />
        </div>
      </div>
      {running && !isAtBottom && (
        <Button
          variant="outline"
          size="sm"
          className="absolute bottom-2 left-1/2 h-7 -translate-x-1/2 rounded-full px-3 text-xs shadow-popover"
          onClick={() => void scrollToBottom('instant')}
        >
          <ArrowDownIcon className="size-3.5" />
          Jump to latest
        </Button>
      )}
    </div>
  );
}

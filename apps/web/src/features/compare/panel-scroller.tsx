'use client';

import type { ResponseView } from '@aideator/contract/views';
import { ArrowDownIcon, ArrowUpIcon } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { useStickToBottom } from 'use-stick-to-bottom';
import { Button } from '~/components/ui/button.tsx';
import { cn } from '~/lib/cn.ts';
import { AnswerBody } from './answer-body.tsx';
import { scrollBehavior } from './scroll-behavior.ts';
import { scrollable } from './scrollable.ts';
import { isRunning, lookOf } from './status-text.ts';
import { useTurnScope } from './turn-context.tsx';
import { useResponse } from './use-response.ts';

/** Asks all panels of a turn that came to their end by themselves to go to their start. */
export interface FromTheStart {
  /** How often it was asked for. */
  count: number;
  ask: () => void;
}

interface PanelScrollerProps {
  response: ResponseView;
  fromTheStart: FromTheStart;
  className?: string;
}

/** Nearer to the start than this, in pixels, an answer is read from its start anyway. */
const START_PX = 24;

/**
 * Follows the answer while it comes, until the person scrolls up. Once it is whole it stays where it is: somebody may be
 * reading its last lines. The way to its start is one click then, for all panels that nobody has scrolled.
 */
export function PanelScroller({ response, fromTheStart, className }: PanelScrollerProps) {
  const { store } = useTurnScope();
  const running = useResponse(store, response.responseId, (state) => isRunning(lookOf(state)));
  // What was already whole when the page came is read from its beginning.
  const [initial] = useState<'instant' | false>(running ? 'instant' : false);
  const { scrollRef, contentRef, scrollToBottom, stopScroll, isAtBottom } = useStickToBottom({
    initial,
    resize: 'instant',
  });
  /** It stands at its end because it followed the answer, not because somebody scrolled there. */
  const [followed, setFollowed] = useState(running);
  const [away, setAway] = useState(false);
  useEffect(() => {
    if (!running) return;
    setFollowed(true);
    void scrollToBottom('instant');
  }, [running, scrollToBottom]);
  useEffect(() => {
    if (!running && !isAtBottom) setFollowed(false);
  }, [running, isAtBottom]);

  const leftAtEnd = !running && followed && isAtBottom && away;
  const toStart = useEffectEvent(() => {
    if (!leftAtEnd) return;
    stopScroll();
    setFollowed(false);
    scrollRef.current?.scrollTo({ top: 0, behavior: scrollBehavior() });
  });
  useEffect(() => {
    if (fromTheStart.count > 0) toStart();
  }, [fromTheStart.count]);
  // The button that was pressed goes away: without this the focus would be nowhere.
  const keepFocus = () => scrollRef.current?.focus({ preventScroll: true });

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scrollRef}
        {...scrollable(`Answer of ${response.modelName}`)}
        onScroll={(event) => setAway(event.currentTarget.scrollTop > START_PX)}
        className={cn(
          'h-full overflow-auto px-3.5 py-2.5 text-sm leading-[1.55] focus-visible:-outline-offset-2 low:py-2 low:text-[0.8125rem] low:leading-normal',
          className,
        )}
      >
        <div ref={contentRef} className="mx-auto max-w-3xl">
          <AnswerBody response={response} />
        </div>
      </div>
      {running && !isAtBottom && (
        <FloatingButton
          className="bottom-2"
          onClick={() => {
            keepFocus();
            void scrollToBottom('instant');
          }}
        >
          <ArrowDownIcon className="size-3.5" />
          Jump to latest
        </FloatingButton>
      )}
      {leftAtEnd && (
        // At the edge it leads to, where it covers neither the last lines nor what they end with.
        <FloatingButton
          className="top-2"
          onClick={() => {
            keepFocus();
            fromTheStart.ask();
          }}
        >
          <ArrowUpIcon className="size-3.5" />
          Read from the start
        </FloatingButton>
      )}
    </div>
  );
}

interface FloatingButtonProps {
  onClick: () => void;
  className: string;
  children: ReactNode;
}

function FloatingButton({ className, ...props }: FloatingButtonProps) {
  return (
    <Button
      variant="outline"
      size="sm"
      className={cn(
        'fade-in absolute left-1/2 h-7 -translate-x-1/2 animate-in rounded-full bg-popover px-3 text-xs shadow-popover',
        className,
      )}
      {...props}
    />
  );
}

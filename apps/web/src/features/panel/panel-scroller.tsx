'use client';

import type { ResponseView } from '@aideator/contract/views';
import { ArrowDownIcon, ArrowUpIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { cn } from '~/lib/cn.ts';
import { scrollable } from '~/lib/scrollable.ts';
import { AnswerBody } from '../answer/answer-body.tsx';
import { isRunning, lookOf } from '../turn/status-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { useResponse } from '../turn/use-response.ts';
import { type FromTheStart, useFollowing } from './use-following.ts';
import { type KeptScroll, useKeptScroll } from './use-kept-scroll.ts';

interface PanelScrollerProps {
  response: ResponseView;
  fromTheStart: FromTheStart;
  keptScroll: KeptScroll;
  className?: string;
}

/** The scrollable part of a panel, with buttons to both of its ends. */
export function PanelScroller({ response, fromTheStart, keptScroll, className }: PanelScrollerProps) {
  const { store } = useTurnScope();
  const running = useResponse(store, response.responseId, (state) => isRunning(lookOf(state)));
  const { scrollRef, contentRef, follows, onScroll, jumpToLatest, readFromStart } = useFollowing(
    running,
    fromTheStart,
  );
  useKeptScroll(scrollRef, { kept: keptScroll, responseId: response.responseId, follows });
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scrollRef}
        data-scroller
        {...scrollable(`Answer of ${response.modelName}`)}
        onScroll={(event) => onScroll(event.currentTarget.scrollTop)}
        className={cn(
          'h-full overflow-auto px-3.5 py-2.5 text-sm leading-[1.55] focus-visible:-outline-offset-2',
          'low:py-2 low:text-[0.8125rem] low:leading-normal',
          className,
        )}
      >
        <div ref={contentRef} className="mx-auto max-w-3xl">
          <AnswerBody response={response} />
        </div>
      </div>
      {jumpToLatest && (
        <FloatingButton className="bottom-2" onClick={jumpToLatest}>
          <ArrowDownIcon className="size-3.5" />
          Jump to latest
        </FloatingButton>
      )}
      {readFromStart && (
        // At the top, where it does not cover the last lines of the answer.
        <FloatingButton className="top-2" onClick={readFromStart}>
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

'use client';

import type { Model } from '@aideator/contract/models';
import type { TurnView } from '@aideator/contract/views';
import { ArrowDownIcon } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { Skeleton } from '~/components/ui/skeleton.tsx';
import { scrollBehavior } from './scroll-behavior.ts';
import { accentPosition } from './session-cache.ts';
import { TurnBlock } from './turn-block.tsx';

/** Turns drawn at first; the ones before come with a click. */
const SHOWN_AT_FIRST = 10;
const GAP_ABOVE_PX = 12;

interface ConversationProps {
  turns: readonly TurnView[];
  modelOf: (modelId: string) => Model | undefined;
  loading: boolean;
}

/** All turns, oldest first. Only the person, and sending a prompt, scroll it; never what arrives. */
export function Conversation({ turns, modelOf, loading }: ConversationProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState(false);
  useShowNewest(scroller, turns.length);
  const hidden = all ? 0 : Math.max(0, turns.length - SHOWN_AT_FIRST);
  return (
    <div className="relative min-h-0 flex-1 [container-type:size]">
      <div ref={scroller} className="h-full overflow-y-auto px-4 pt-3 md:px-6">
        <h1 className="sr-only">Chat</h1>
        {loading && turns.length === 0 && <LoadingTurn />}
        {hidden > 0 && (
          <div className="mb-6 text-center">
            <Button variant="ghost" size="sm" onClick={() => setAll(true)}>
              Show {hidden} earlier {hidden === 1 ? 'turn' : 'turns'}
            </Button>
          </div>
        )}
        <div className="grid grid-cols-1 gap-8">
          {turns.slice(hidden).map((turn, index) => (
            <TurnBlock
              key={turn.id}
              turn={turn}
              newest={hidden + index === turns.length - 1}
              modelOf={modelOf}
              continuedAccent={continuedAccent(turns, hidden + index)}
            />
          ))}
        </div>
        <div className="h-2" />
      </div>
      <ToTheEnd scroller={scroller} />
    </div>
  );
}

function continuedAccent(turns: readonly TurnView[], index: number): number | undefined {
  const turn = turns[index];
  const [response] = turn?.responses ?? [];
  return turn?.mode === 'continue' && response ? accentPosition(turns.slice(0, index), response) : undefined;
}

/** Brings the newest turn's prompt to the top: at once when the page opens, gliding when it was just sent. */
function useShowNewest(scroller: RefObject<HTMLDivElement | null>, count: number): void {
  const seen = useRef(0);
  useLayoutEffect(() => {
    const root = scroller.current;
    const newest = root?.querySelector<HTMLElement>('[data-turn]:last-of-type');
    if (!root || !newest || count <= seen.current) return;
    const top = newest.getBoundingClientRect().top - root.getBoundingClientRect().top + root.scrollTop;
    root.scrollTo({ top: top - GAP_ABOVE_PX, behavior: seen.current > 0 ? scrollBehavior() : 'instant' });
    seen.current = count;
  }, [scroller, count]);
}

/** A way down that appears when the end of the conversation is out of sight. */
function ToTheEnd({ scroller }: { scroller: RefObject<HTMLDivElement | null> }) {
  const [away, setAway] = useState(false);
  useEffect(() => {
    const end = scroller.current?.lastElementChild;
    if (!end) return;
    const observer = new IntersectionObserver(([entry]) => setAway(entry?.isIntersecting === false), {
      root: scroller.current,
      rootMargin: '0px 0px 64px 0px',
    });
    observer.observe(end);
    return () => observer.disconnect();
  }, [scroller]);
  if (!away) return null;
  return (
    <Button
      variant="outline"
      size="icon-sm"
      aria-label="Go to the end of the chat"
      className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-popover"
      onClick={() =>
        scroller.current?.scrollTo({ top: scroller.current.scrollHeight, behavior: scrollBehavior() })
      }
    >
      <ArrowDownIcon />
    </Button>
  );
}

function LoadingTurn() {
  return (
    <div role="status" aria-label="Loading chat">
      <Skeleton className="mb-3 ml-auto h-11 w-2/5 rounded-2xl" />
      <Skeleton className="h-96 rounded-xl" />
    </div>
  );
}

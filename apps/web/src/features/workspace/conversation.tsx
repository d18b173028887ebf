'use client';

import type { SessionId } from '@aideator/contract/ids';
import type { Model } from '@aideator/contract/models';
import type { ResponseView, TurnView } from '@aideator/contract/views';
import { ArrowDownIcon } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { Skeleton } from '~/components/ui/skeleton.tsx';
import { scrollBehavior } from '~/lib/scroll-behavior.ts';
import { type GoOn, isGoOn } from '../turn/go-on.ts';
import { accentPosition } from '../turn/session-cache.ts';
import { EarlierTurns } from './earlier-turns.tsx';
import { TurnBlock } from './turn-block.tsx';
import { GAP_ABOVE_PX, useTurnHotkeys } from './use-turn-hotkeys.ts';

/** How many turns are rendered at first. A click shows the earlier ones. */
const SHOWN_AT_FIRST = 10;

interface ConversationProps {
  turns: readonly TurnView[];
  /** Where the turns before these begin; `before` is null when there are none. */
  older: { sessionId: SessionId; before: number | null } | undefined;
  modelOf: (modelId: string) => Model | undefined;
  loading: boolean;
  onHeldBack: (heldBack: boolean) => void;
  onGoOn: (response: ResponseView, how: GoOn) => void;
}

/** All turns, oldest first. It scrolls when the person scrolls or sends a prompt, never because text arrives. */
export function Conversation({ turns, older, modelOf, loading, onHeldBack, onGoOn }: ConversationProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState(false);
  useShowNewest(scroller, turns.at(-1)?.number ?? 0);
  useTurnHotkeys(scroller);
  const hidden = all ? 0 : Math.max(0, turns.length - SHOWN_AT_FIRST);
  return (
    <div className="relative min-h-0 flex-1 [container-type:size]">
      <div ref={scroller} className="h-full overflow-y-auto px-4 pt-3 md:px-6">
        <h1 className="sr-only">Chat</h1>
        {loading && turns.length === 0 && <LoadingTurn />}
        {hidden > 0 && (
          <div data-earlier className="mb-6 text-center">
            <Button variant="ghost" size="sm" onClick={() => setAll(true)}>
              Show {hidden} earlier {hidden === 1 ? 'turn' : 'turns'}
            </Button>
          </div>
        )}
        {hidden === 0 && older && older.before !== null && (
          <div data-earlier className="mb-6 text-center">
            <EarlierTurns sessionId={older.sessionId} before={older.before} />
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
              onHeldBack={onHeldBack}
              onGoOn={hidden + index === turns.length - 1 ? onGoOn : undefined}
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
  return turn && response && (turn.mode === 'continue' || isGoOn(turn))
    ? accentPosition(turns.slice(0, index), response)
    : undefined;
}

/** Scrolls the newest prompt to the top: instantly when the page opens, smoothly when it was just sent. */
function useShowNewest(scroller: RefObject<HTMLDivElement | null>, count: number): void {
  const seen = useRef(0);
  useLayoutEffect(() => {
    const root = scroller.current;
    const newest = root?.querySelector<HTMLElement>('[data-turn]:last-of-type');
    if (!root || !newest || count <= seen.current) return;
    const top = newest.getBoundingClientRect().top - root.getBoundingClientRect().top + root.scrollTop;
    root.scrollTo({ top: top - GAP_ABOVE_PX, behavior: seen.current > 0 ? scrollBehavior() : 'instant' });
    // The button that sent the prompt may be gone.
    if (seen.current > 0 && document.activeElement === document.body) newest.focus({ preventScroll: true });
    seen.current = count;
  }, [scroller, count]);
}

/** A button to the end of the conversation. Shown while the end is out of sight. */
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

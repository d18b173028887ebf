'use client';

import type { Model } from '@aideator/contract/models';
import type { TurnView } from '@aideator/contract/views';
import { ChevronDownIcon } from 'lucide-react';
import { memo, type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { cn } from '~/lib/cn.ts';
import { useAnnounceResponses } from './announcer.tsx';
import { PanelGrid } from './panel-grid.tsx';
import { PromptBubble } from './prompt-bubble.tsx';
import { ReadingAnswer } from './reading-answer.tsx';
import { RetryQuestion } from './retry-question.tsx';
import { chosenResponse, withTurnOver } from './session-cache.ts';
import { TurnProvider, useTurnScope } from './turn-context.tsx';
import { createTurnStore, nextFrame, type TurnStore } from './turn-store.ts';
import { usePanelHotkeys } from './use-panel-hotkeys.ts';
import { useSessionEntry, useTurnActions } from './use-turn-actions.ts';
import { useTurnEvents } from './use-turn-events.ts';
import { VerdictBar } from './verdict-bar.tsx';

/**
 * The newest turn is as high as what it scrolls in: its prompt stands at the top from the first moment, and its panels
 * share what is left between prompt and composer. An older turn's panels are only looked up.
 */
const NEWEST_HEIGHT = 'min-h-[calc(100cqh-1.25rem)] [--panel-min:14rem] max-md:[--panel-min:16rem]';
const OLDER_HEIGHT = '[--panel-min:24rem]';

interface TurnBlockProps {
  turn: TurnView;
  newest: boolean;
  modelOf: (modelId: string) => Model | undefined;
  /** Of a continued turn: the accent that its model had when it was compared. */
  continuedAccent: number | undefined;
}

function useStore(turn: TurnView): TurnStore {
  const [store] = useState(() => createTurnStore(turn, { now: Date.now, schedule: nextFrame }));
  useEffect(() => store.seed(turn), [store, turn]);
  return store;
}

/** One prompt and what the models made of it. */
export const TurnBlock = memo(function TurnBlock({ turn, newest, modelOf, continuedAccent }: TurnBlockProps) {
  const store = useStore(turn);
  const entry = useSessionEntry(turn.sessionId);
  const [generation, setGeneration] = useState(0);
  const actions = useTurnActions({ turn, store, onRetried: () => setGeneration((count) => count + 1) });
  const root = useRef<HTMLElement>(null);
  useTurnEvents({
    turnId: turn.id,
    store,
    enabled: turn.active,
    generation,
    onDone: () => {
      entry.change((detail) => withTurnOver(detail, turn.id, store.latest()));
      void entry.refresh();
    },
    onLost: () => void entry.refresh(),
  });
  useAnnounceResponses(store, turn.responses);
  return (
    <TurnProvider
      value={{ turn, store, actions, modelOf, accentOf: ({ position }) => continuedAccent ?? position }}
    >
      <article
        ref={root}
        data-turn={turn.number}
        aria-label={`Prompt ${turn.number}`}
        className={cn('flex flex-col', newest ? NEWEST_HEIGHT : OLDER_HEIGHT)}
      >
        <PromptBubble prompt={turn.prompt} />
        <Answers newest={newest} />
        <RetryQuestion response={actions.asked} onConfirm={actions.replace} onClose={actions.keep} />
      </article>
      {newest && <Hotkeys turn={turn} root={root} />}
    </TurnProvider>
  );
});

function Hotkeys(props: { turn: TurnView; root: RefObject<HTMLElement | null> }) {
  usePanelHotkeys(props);
  return null;
}

function Answers({ newest }: { newest: boolean }) {
  const { turn } = useTurnScope();
  const chosen = chosenResponse(turn);
  const [only] = turn.responses;
  if (only && turn.responses.length === 1) {
    return <ReadingAnswer response={only} preferred={turn.mode === 'compare' && chosen === only} />;
  }
  if (!newest && chosen) return <ChosenAnswer />;
  return (
    <>
      <PanelGrid responses={turn.responses} />
      <VerdictBar />
    </>
  );
}

/** What an earlier turn went on with; the other answers are one click away. */
function ChosenAnswer() {
  const { turn } = useTurnScope();
  const [open, setOpen] = useState(false);
  const chosen = chosenResponse(turn);
  if (!chosen) return null;
  const others = turn.responses.filter((response) => response !== chosen);
  return (
    <>
      <ReadingAnswer response={chosen} preferred>
        <Button variant="ghost" size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide' : others.length} other {others.length === 1 ? 'answer' : 'answers'}
          <ChevronDownIcon className={cn('transition-transform', open && 'rotate-180')} />
        </Button>
      </ReadingAnswer>
      {open && (
        <div className="mt-4 flex flex-col">
          <PanelGrid responses={others} />
          <VerdictBar />
        </div>
      )}
    </>
  );
}

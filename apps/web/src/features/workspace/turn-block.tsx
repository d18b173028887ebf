'use client';

import { areNamesHidden } from '@aideator/contract/blind';
import { chosenResponse } from '@aideator/contract/continuation';
import type { Model } from '@aideator/contract/models';
import type { ResponseView, TurnView } from '@aideator/contract/views';
import { ChevronDownIcon } from 'lucide-react';
import { memo, type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useServerClock } from '~/components/server-clock-provider.tsx';
import { Button } from '~/components/ui/button.tsx';
import { NEUTRAL_ACCENT } from '~/lib/accents.ts';
import { cn } from '~/lib/cn.ts';
import { useSeen } from '~/lib/use-seen.ts';
import { PanelGrid } from '../panel/panel-grid.tsx';
import { ReadingAnswer } from '../panel/reading-answer.tsx';
import { RetryQuestion } from '../panel/retry-question.tsx';
import { usePanelHotkeys } from '../panel/use-panel-hotkeys.ts';
import type { GoOn } from '../turn/go-on.ts';
import { withTurnOver } from '../turn/session-cache.ts';
import { TurnProvider, useTurnScope } from '../turn/turn-context.tsx';
import { createTurnStore, nextFrame, type TurnStore } from '../turn/turn-store.ts';
import { useAnnounceResponses } from '../turn/use-announce-responses.ts';
import { useSessionEntry } from '../turn/use-session-entry.ts';
import { useTurnActions } from '../turn/use-turn-actions.ts';
import { useTurnEvents } from '../turn/use-turn-events.ts';
import { useWholeTurn } from '../turn/use-whole-turn.ts';
import { BlindNote } from '../verdict/blind-note.tsx';
import { VerdictBar } from '../verdict/verdict-bar.tsx';
import { PromptBubble } from './prompt-bubble.tsx';
import { TurnTools } from './turn-tools.tsx';

/**
 * The newest turn is as high as the conversation's viewport, so its prompt can be at the top from the start and its panels
 * share the height between prompt and composer.
 */
const NEWEST_HEIGHT = 'min-h-[calc(100cqh-1.25rem)] [--panel-min:14rem] max-md:[--panel-min:16rem]';
const OLDER_HEIGHT = '[--panel-min:24rem]';

interface TurnBlockProps {
  turn: TurnView;
  newest: boolean;
  modelOf: (modelId: string) => Model | undefined;
  /** For a continued turn, the position whose accent its model had in the comparison. */
  continuedAccent: number | undefined;
  /** Whether something between the browser and the server holds live text back. */
  onHeldBack: (heldBack: boolean) => void;
  /** Asks a model for the rest of its answer; only for the newest turn. */
  onGoOn: ((response: ResponseView, how: GoOn) => void) | undefined;
}

function useStore(turn: TurnView): TurnStore {
  const serverClock = useServerClock();
  const seed = useMemo(
    () => ({
      responses: turn.responses,
      active: turn.active,
      submittedAtMs: serverClock.toBrowserMs(turn.createdAt),
      overCount: areNamesHidden(turn) ? turn.blind?.overCount : undefined,
    }),
    [turn, serverClock],
  );
  const [store] = useState(() => createTurnStore(seed, { now: Date.now, schedule: nextFrame }));
  useEffect(() => store.seed(seed), [store, seed]);
  return store;
}

/** One prompt with its responses. */
export const TurnBlock = memo(function TurnBlock(props: TurnBlockProps) {
  const { newest, modelOf, onHeldBack, onGoOn } = props;
  const root = useRef<HTMLElement>(null);
  const turn = useWholeTurn(props.turn, useSeen(root));
  const store = useStore(turn);
  const entry = useSessionEntry(turn.sessionId);
  const [generation, setGeneration] = useState(0);
  const actions = useTurnActions({ turn, store, onRetried: () => setGeneration((count) => count + 1) });
  useTurnEvents({
    turnId: turn.id,
    store,
    enabled: turn.active,
    generation,
    onDone: () => {
      entry.change((detail) => withTurnOver(detail, turn.id, store.latest()));
      void entry.refresh();
    },
    loadStored: entry.reload,
    onHeldBack,
  });
  useAnnounceResponses(store, turn.responses);
  return (
    <TurnProvider
      value={{
        turn,
        store,
        actions,
        goOn: onGoOn,
        modelOf,
        accentOf: ({ position }) =>
          areNamesHidden(turn) ? NEUTRAL_ACCENT : (props.continuedAccent ?? position),
      }}
    >
      <article
        ref={root}
        data-turn={turn.number}
        tabIndex={-1}
        aria-label={`Prompt ${turn.number}`}
        className={cn('flex flex-col', newest ? NEWEST_HEIGHT : OLDER_HEIGHT)}
      >
        <div className="@container/tools mb-3">
          <div className="flex items-end justify-end gap-2">
            {turn.responses.length > 1 && <TurnTools />}
            <PromptBubble prompt={turn.prompt} />
          </div>
        </div>
        <Answers newest={newest} />
        <RetryQuestion responses={actions.asked} onConfirm={actions.replace} onClose={actions.keep} />
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
      {turn.blind && <BlindNote blind={turn.blind} />}
      <PanelGrid responses={turn.responses} />
      <VerdictBar />
    </>
  );
}

/** The response that an earlier turn continued with. A click shows the other ones. */
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

'use client';

import type { PreferenceView } from '@aideator/contract/views';
import { CheckIcon } from 'lucide-react';
import { useStore } from 'zustand';
import { Button } from '~/components/ui/button.tsx';
import { accentStyle } from './accents.ts';
import { useTurnScope } from './turn-context.tsx';
import { Why } from './why.tsx';

/** Below the panels, one line whatever it says, so that no panel moves: asks for the verdict, then says it and asks why. */
export function VerdictBar() {
  const { turn } = useTurnScope();
  const { preference } = turn;
  return (
    <div className="@container/verdict mt-1.5">
      <div className="flex h-10 items-center gap-2 text-[0.8125rem]">
        {preference ? <Verdict preference={preference} /> : <Question />}
        {preference?.verdict === 'response' && <Why key={preference.responseId} preference={preference} />}
      </div>
    </div>
  );
}

function Question() {
  const { store, actions } = useTurnScope();
  const comparable = useStore(
    store.api,
    (state) => state.responses.filter((response) => response.text.length > 0).length > 1,
  );
  return (
    <>
      <p className="mr-auto truncate text-muted-foreground">
        <span className="hidden @min-[30rem]/verdict:inline">Prefer an answer to go on with its model.</span>
        <span className="@min-[30rem]/verdict:hidden">No winner?</span>
      </p>
      <Button variant="ghost" size="sm" disabled={!comparable} onClick={() => actions.setVerdict('tie')}>
        It’s a tie
      </Button>
      <Button variant="ghost" size="sm" disabled={!comparable} onClick={() => actions.setVerdict('none')}>
        None of them
      </Button>
    </>
  );
}

function Verdict({ preference }: { preference: PreferenceView }) {
  const { turn, actions, accentOf } = useTurnScope();
  const chosen = turn.responses.find((response) => response.responseId === preference.responseId);
  return (
    <>
      <p className="flex min-w-0 items-center gap-1.5">
        <span className="ml-px grid size-4.5 shrink-0 place-items-center rounded-full bg-gold-soft text-gold-foreground ring-1 ring-gold">
          <CheckIcon className="size-3" strokeWidth={3} />
        </span>
        {chosen ? (
          <span className="truncate">
            <span className="max-sm:sr-only">You prefer </span>
            <span style={accentStyle(accentOf(chosen))} className="font-semibold text-(--panel-accent)">
              {chosen.modelName}
            </span>
          </span>
        ) : (
          <span>{preference.verdict === 'tie' ? 'You called it a tie' : 'You chose none of them'}</span>
        )}
      </p>
      <Button variant="ghost" size="sm" className="h-7 px-2" onClick={actions.clearVerdict}>
        Undo
      </Button>
    </>
  );
}

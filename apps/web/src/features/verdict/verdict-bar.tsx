'use client';

import type { PreferenceView } from '@aideator/contract/views';
import { CheckIcon } from 'lucide-react';
import { useStore } from 'zustand';
import { Button } from '~/components/ui/button.tsx';
import { accentStyle } from '~/lib/accents.ts';
import { givenText, OPEN_VERDICTS } from '~/lib/verdict-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { Why } from './why.tsx';

/** Asks for the verdict, then shows it and asks why. Always one line high, so that no panel moves. */
export function VerdictBar() {
  const { turn } = useTurnScope();
  const { preference } = turn;
  return (
    <div className="@container/verdict mt-1.5">
      <div className="flex h-10 items-center gap-2 text-[0.8125rem]">
        {preference ? <Verdict preference={preference} /> : <Question />}
        {preference?.continueWith && <Why key={preference.continueWith} preference={preference} />}
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
        <span className="hidden @min-[30rem]/verdict:inline">
          Prefer an answer to continue with its model.
        </span>
        <span className="@min-[30rem]/verdict:hidden">No winner?</span>
      </p>
      {OPEN_VERDICTS.map(({ verdict, button }) => (
        <Button
          key={verdict}
          variant="ghost"
          size="sm"
          disabled={!comparable}
          onClick={() => actions.setVerdict(verdict)}
        >
          {button}
        </Button>
      ))}
    </>
  );
}

function Verdict({ preference }: { preference: PreferenceView }) {
  const { turn, actions, accentOf } = useTurnScope();
  const chosen = turn.responses.find((response) => response.responseId === preference.continueWith);
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
          preference.verdict !== 'response' && <span>{givenText(preference.verdict)}</span>
        )}
      </p>
      <Button variant="ghost" size="sm" className="h-7 px-2" onClick={actions.clearVerdict}>
        Undo
      </Button>
    </>
  );
}

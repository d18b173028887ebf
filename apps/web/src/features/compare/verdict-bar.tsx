'use client';

import type { PreferenceView } from '@aideator/contract/views';
import { CheckIcon } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '~/components/ui/button.tsx';
import { cn } from '~/lib/cn.ts';
import { accentStyle } from './accents.ts';
import { useTurnScope } from './turn-context.tsx';
import { joinFeedback, REASONS } from './verdict-text.ts';

/** Below the panels, always as high: asks for the verdict, then says it and asks why. Nothing here has to be answered. */
export function VerdictBar() {
  const { turn } = useTurnScope();
  const { preference } = turn;
  return (
    <div className="mt-2 flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1.5 text-[0.8125rem]">
      {preference ? <Verdict preference={preference} /> : <Question />}
      {preference?.verdict === 'response' && <Why key={preference.responseId} preference={preference} />}
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
      <p className="mr-auto text-muted-foreground max-sm:w-full">Prefer an answer to go on with its model.</p>
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
        <span className="grid size-4.5 shrink-0 place-items-center rounded-full bg-gold-soft text-gold-foreground ring-1 ring-gold">
          <CheckIcon className="size-3" strokeWidth={3} />
        </span>
        {chosen ? (
          <span className="truncate">
            You prefer{' '}
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

/** Optional, and gone with one click. */
function Why({ preference }: { preference: PreferenceView }) {
  const [step, setStep] = useState<'asking' | 'skipped'>('asking');
  if (preference.feedback !== null) {
    return (
      <p title={preference.feedback} className="ml-auto min-w-0 max-w-full truncate text-muted-foreground">
        Because: {preference.feedback}
      </p>
    );
  }
  if (step === 'skipped') return null;
  return <WhyForm onSkip={() => setStep('skipped')} />;
}

function WhyForm({ onSkip }: { onSkip: () => void }) {
  const { actions } = useTurnScope();
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const [words, setWords] = useState('');
  const feedback = joinFeedback(reasons, words);
  const toggle = (reason: string) =>
    setReasons(reasons.includes(reason) ? reasons.filter((other) => other !== reason) : [...reasons, reason]);
  return (
    <form
      className="flex w-full min-w-0 flex-wrap items-center gap-1.5 md:w-auto md:flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (feedback !== '') actions.explain(feedback);
      }}
    >
      <span className="text-muted-foreground md:ml-2">Why?</span>
      {REASONS.map((reason) => (
        <button
          key={reason}
          type="button"
          aria-pressed={reasons.includes(reason)}
          onClick={() => toggle(reason)}
          className={cn(
            'h-7 whitespace-nowrap rounded-full border px-2.5 text-xs transition-colors hover:bg-hover',
            reasons.includes(reason) && 'border-gold bg-gold-soft text-gold-foreground',
          )}
        >
          {reason}
        </button>
      ))}
      <input
        value={words}
        onChange={(event) => setWords(event.target.value)}
        aria-label="In your words"
        placeholder="In your words (optional)"
        maxLength={1_900}
        className="h-7 min-w-32 flex-1 rounded-full border border-input bg-card px-3 text-xs outline-none placeholder:text-muted-foreground focus-visible:border-ring focus-visible:ring-3 focus-visible:ring-ring/25"
      />
      {feedback === '' ? (
        <Button variant="ghost" size="sm" className="h-7 px-2" onClick={onSkip}>
          Skip
        </Button>
      ) : (
        <Button type="submit" size="sm" className="h-7 px-3">
          Save
        </Button>
      )}
    </form>
  );
}

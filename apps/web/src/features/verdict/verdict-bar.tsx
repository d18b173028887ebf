'use client';

import { bestOf } from '@aideator/contract/ballots';
import type { Verdict } from '@aideator/contract/verdicts';
import type { PreferenceView, ResponseView } from '@aideator/contract/views';
import { CheckIcon, CloudOffIcon, EqualIcon, type LucideIcon, Undo2Icon, XIcon } from 'lucide-react';
import { Button } from '~/components/ui/button.tsx';
import { accentStyle } from '~/lib/accents.ts';
import { VERDICT_TEXTS } from '~/lib/verdict-text.ts';
import { useIsUnsent } from '../turn/ballot-outbox-context.tsx';
import { useTurnScope } from '../turn/turn-context.tsx';
import { ContinueWith } from './continue-with.tsx';
import { EarlyPick } from './early-pick.tsx';
import { EquallyGood } from './equally-good.tsx';
import { RankButton } from './rank-button.tsx';
import { useCandidates } from './use-candidates.ts';
import { Why } from './why.tsx';
import { Worst } from './worst.tsx';

/** Asks for the verdict, then shows it and asks for more. Always one line high, so that no panel moves. */
export function VerdictBar() {
  const { turn } = useTurnScope();
  const { preference } = turn;
  return (
    <div className="@container/verdict mt-1.5">
      <fieldset
        aria-label="Verdict"
        className="flex h-10 min-w-0 items-center gap-1 text-[0.8125rem] @min-[40rem]/verdict:gap-2"
      >
        {preference ? <Given preference={preference} /> : <Question />}
        {/* Always there, because it has to see that a verdict is given. */}
        <EarlyPick preference={preference} />
      </fieldset>
    </div>
  );
}

function Question() {
  const { actions } = useTurnScope();
  const candidates = useCandidates();
  return (
    <>
      <p className="mr-auto truncate text-muted-foreground">
        <span className="hidden @min-[36rem]/verdict:inline">
          Prefer an answer to continue with its model.
        </span>
        <span className="@min-[36rem]/verdict:hidden">No winner?</span>
      </p>
      <EquallyGood />
      <Button
        variant="ghost"
        size="sm"
        disabled={candidates.length < 2}
        onClick={() => actions.judge({ tiers: [], worst: null })}
      >
        None of them
      </Button>
      <RankButton />
    </>
  );
}

const ICONS: Record<Verdict, LucideIcon> = { response: CheckIcon, tie: EqualIcon, none: XIcon };

/** The verdict, what can be added to it, and the way back. */
function Given({ preference }: { preference: PreferenceView }) {
  const { actions } = useTurnScope();
  const Icon = ICONS[preference.verdict];
  return (
    <>
      <p className="flex min-w-0 items-center gap-1.5">
        <span className="ml-px grid size-4.5 shrink-0 place-items-center rounded-full bg-gold-soft text-gold-foreground ring-1 ring-gold">
          <Icon aria-hidden="true" className="size-3" strokeWidth={3} />
        </span>
        <GivenText preference={preference} />
      </p>
      <Unsent />
      <Button
        variant="ghost"
        size="sm"
        className="h-7 px-2 touch:min-w-10"
        aria-label="Undo"
        onClick={actions.clearVerdict}
      >
        <Undo2Icon className="size-3.5 @min-[40rem]/verdict:hidden" />
        <span className="@max-[40rem]/verdict:hidden">Undo</span>
      </Button>
      {preference.verdict === 'tie' && <ContinueWith preference={preference} />}
      <Worst preference={preference} />
      <RankButton className="@max-[40rem]/verdict:hidden" />
      <Why key={preference.id} preference={preference} />
    </>
  );
}

/** Tells that the verdict is kept in the browser because the server cannot be reached. */
function Unsent() {
  const { turn } = useTurnScope();
  if (!useIsUnsent(turn.id)) return null;
  return (
    <span
      title="Kept in this browser. It is sent when the server can be reached."
      className="flex shrink-0 items-center gap-1 text-warning"
    >
      <CloudOffIcon aria-hidden="true" className="size-3.5" />
      <span className="@max-[40rem]/verdict:sr-only">Not sent yet</span>
    </span>
  );
}

function GivenText({ preference }: { preference: PreferenceView }) {
  const { turn } = useTurnScope();
  const { given, names } = VERDICT_TEXTS[preference.verdict];
  if (!names) return <span className="truncate">{given}</span>;
  const best = turn.responses.filter(({ responseId }) => bestOf(preference).includes(responseId));
  return (
    <span className="truncate">
      <span className="max-sm:sr-only">{given} </span>
      {best.map((response, index) => (
        <BestName key={response.responseId} response={response} isLast={index === best.length - 1} />
      ))}
    </span>
  );
}

function BestName({ response, isLast }: { response: ResponseView; isLast: boolean }) {
  const { accentOf } = useTurnScope();
  return (
    <>
      <span style={accentStyle(accentOf(response))} className="font-semibold text-(--panel-accent)">
        {response.modelName}
      </span>
      {!isLast && ', '}
    </>
  );
}

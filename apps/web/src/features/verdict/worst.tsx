import { namedIn } from '@aideator/contract/ballots';
import type { PreferenceView, ResponseView } from '@aideator/contract/views';
import { Popover } from '@base-ui/react/popover';
import { ThumbsDownIcon } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { WORST_REASON_BUTTONS } from '~/lib/verdict-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { AnswerButton } from './answer-choice.tsx';
import { ReasonTags } from './reason-tags.tsx';
import { useCandidates } from './use-candidates.ts';
import { VerdictPopup } from './verdict-popup.tsx';

/**
 * Why it is worth a click, in the person's words. With four answers, a best and a worst need about half as many ballots as a
 * best alone for the same certainty (docs/decisions/2026-11-26-ballots.md).
 */
function benefitText(answers: number): string {
  return answers === 4
    ? 'Optional. With the worst named too, about half as many verdicts are needed to know which model is better.'
    : 'Optional. With the worst named too, fewer verdicts are needed to know which model is better.';
}

/** Asks for the worst answer after a verdict, and shows it. Absent where the verdict leaves nothing to ask. */
export function Worst({ preference }: { preference: PreferenceView }) {
  const [open, setOpen] = useState(false);
  const { turn } = useTurnScope();
  const candidates = useCandidates();
  const worst = turn.responses.find(({ responseId }) => responseId === preference.worst);
  const inTiers = namedIn({ ...preference, worst: null });
  const others = candidates.filter(({ responseId }) => !inTiers.includes(responseId));
  // A single other answer is below the best ones anyway.
  if (!worst && others.length < 2) return null;
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        render={<Button variant="ghost" size="sm" className="h-7 min-w-0 shrink px-2 touch:min-w-10" />}
      >
        {worst && <ThumbsDownIcon className="size-3.5" />}
        {worst ? (
          <span className="max-w-32 truncate @max-[30rem]/verdict:sr-only">Worst: {worst.modelName}</span>
        ) : (
          <span>
            <span className="@max-[40rem]/verdict:hidden">And the worst?</span>
            <span className="@min-[40rem]/verdict:hidden">Worst?</span>
          </span>
        )}
      </Popover.Trigger>
      <VerdictPopup title="And the worst?">
        <p className="mt-1.5 text-muted-foreground text-sm">{benefitText(candidates.length)}</p>
        <WorstForm preference={preference} answers={others} onGiven={() => setOpen(false)} />
      </VerdictPopup>
    </Popover.Root>
  );
}

interface WorstFormProps {
  preference: PreferenceView;
  answers: readonly ResponseView[];
  onGiven: () => void;
}

function WorstForm({ preference, answers, onGiven }: WorstFormProps) {
  const { actions } = useTurnScope();
  const { worst } = preference;
  const [reasons, setReasons] = useState(preference.worstReasons);
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (reasons.join() !== preference.worstReasons.join()) actions.explain({ worstReasons: reasons });
    onGiven();
  };
  return (
    <form onSubmit={save}>
      <fieldset className="-mx-2 mt-2">
        <legend className="sr-only">The worst answer</legend>
        {answers.map((response) => (
          <AnswerButton
            key={response.responseId}
            response={response}
            pressed={response.responseId === worst}
            onClick={() => {
              setReasons([]);
              actions.nameWorst(response.responseId);
            }}
          />
        ))}
      </fieldset>
      {worst !== null && (
        <>
          <fieldset className="mt-3 flex flex-wrap gap-1.5">
            <legend className="mb-1.5 text-muted-foreground text-xs">Why?</legend>
            <ReasonTags buttons={WORST_REASON_BUTTONS} given={reasons} onChange={setReasons} />
          </fieldset>
          <div className="mt-4 flex justify-between gap-2">
            <Button
              variant="ghost"
              size="sm"
              onClick={() => {
                actions.nameWorst(null);
                onGiven();
              }}
            >
              None is the worst
            </Button>
            <Button type="submit" size="sm">
              Done
            </Button>
          </div>
        </>
      )}
    </form>
  );
}

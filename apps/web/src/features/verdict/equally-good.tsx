import type { ResponseId } from '@aideator/contract/ids';
import { Popover } from '@base-ui/react/popover';
import { useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { useTurnScope } from '../turn/turn-context.tsx';
import { AnswerCheckbox } from './answer-choice.tsx';
import { useCandidates } from './use-candidates.ts';
import { VerdictPopup } from './verdict-popup.tsx';

/** Asks which answers are equally good. */
export function EquallyGood() {
  const [open, setOpen] = useState(false);
  const candidates = useCandidates();
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger render={<Button variant="ghost" size="sm" disabled={candidates.length < 2} />}>
        Equally good
      </Popover.Trigger>
      <VerdictPopup title="Which answers are equally good?">
        <EquallyGoodForm onGiven={() => setOpen(false)} />
      </VerdictPopup>
    </Popover.Root>
  );
}

function EquallyGoodForm({ onGiven }: { onGiven: () => void }) {
  const { actions } = useTurnScope();
  const candidates = useCandidates();
  // Of two answers only both can be equally good. Of more, none is suggested.
  const [picked, setPicked] = useState<readonly ResponseId[]>(
    candidates.length === 2 ? candidates.map(({ responseId }) => responseId) : [],
  );
  const best = candidates.map(({ responseId }) => responseId).filter((id) => picked.includes(id));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (best.length < 2) return;
        actions.judge({ tiers: [best], worst: null });
        onGiven();
      }}
    >
      <fieldset className="-mx-2 mt-2">
        <legend className="sr-only">Answers</legend>
        {candidates.map((response) => {
          const { responseId } = response;
          const checked = picked.includes(responseId);
          return (
            <AnswerCheckbox
              key={responseId}
              response={response}
              checked={checked}
              onChange={() =>
                setPicked(checked ? picked.filter((id) => id !== responseId) : [...picked, responseId])
              }
            />
          );
        })}
      </fieldset>
      <div className="mt-3 flex items-center justify-between gap-3">
        <p className="text-muted-foreground text-xs">
          {best.length < 2 ? 'Pick two or more.' : `${best.length} answers`}
        </p>
        <Button type="submit" size="sm" disabled={best.length < 2}>
          Save verdict
        </Button>
      </div>
    </form>
  );
}

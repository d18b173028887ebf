'use client';

import { FEEDBACK_CHARS_MAX } from '@aideator/contract/limits';
import type { Verdict } from '@aideator/contract/verdicts';
import type { PreferenceView } from '@aideator/contract/views';
import { Popover } from '@base-ui/react/popover';
import { MessageSquareTextIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { cn } from '~/lib/cn.ts';
import { REASON_BUTTONS, reasonsText } from '~/lib/verdict-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import { ReasonTags } from './reason-tags.tsx';
import { VerdictPopup } from './verdict-popup.tsx';

interface WhyProps {
  preference: PreferenceView;
}

const TITLES: Record<Verdict, string> = {
  response: 'Why do you prefer it?',
  tie: 'Why are they the best?',
  none: 'What is wrong with them?',
};

/**
 * Asks for the reasons of a verdict. Optional. For a single preferred answer it is shown next to the verdict if there is
 * room, otherwise behind a button.
 */
export function Why({ preference }: WhyProps) {
  const [skipped, setSkipped] = useState(false);
  const isGiven = reasonsText(preference) !== '';
  const isInline = !isGiven && !skipped && preference.verdict === 'response';
  return (
    <>
      {isInline && (
        <div className="ml-2 hidden min-w-0 grow items-center gap-2 @min-[66rem]/verdict:flex">
          <span className="text-muted-foreground">Why?</span>
          <WhyForm preference={preference} onClose={() => setSkipped(true)} />
        </div>
      )}
      <div className={cn('ml-auto min-w-0', isInline && '@min-[66rem]/verdict:hidden')}>
        <WhyPopover preference={preference} />
      </div>
    </>
  );
}

/** A button that asks, or the given reasons, truncated. Pressing them shows the whole and lets the person change them. */
function WhyPopover({ preference }: WhyProps) {
  const [open, setOpen] = useState(false);
  const given = reasonsText(preference);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      {given === '' ? (
        <Popover.Trigger
          render={<Button variant="outline" size="sm" className="touch:min-w-10 @max-[40rem]/verdict:px-2" />}
        >
          <MessageSquareTextIcon />
          <span className="@max-[40rem]/verdict:sr-only">Say why</span>
        </Popover.Trigger>
      ) : (
        <Popover.Trigger
          render={
            <Button variant="ghost" size="sm" className="w-full min-w-0 justify-start px-2 font-normal" />
          }
        >
          <span className="truncate">Because: {given}</span>
        </Popover.Trigger>
      )}
      <VerdictPopup title={TITLES[preference.verdict]}>
        <WhyForm preference={preference} onClose={() => setOpen(false)} wraps />
      </VerdictPopup>
    </Popover.Root>
  );
}

interface WhyFormProps extends WhyProps {
  onClose: () => void;
  /** The buttons may take several lines; otherwise they scroll. */
  wraps?: boolean;
}

function WhyForm({ preference, onClose, wraps = false }: WhyFormProps) {
  const { actions } = useTurnScope();
  const [reasons, setReasons] = useState(preference.reasons);
  const [words, setWords] = useState(preference.feedback ?? '');
  const feedback = words.trim();
  const isChanged = reasonsText({ reasons, feedback }) !== reasonsText(preference);
  return (
    <form
      className={cn('flex min-w-0 flex-1 items-center gap-1.5', wraps && 'mt-3 flex-wrap')}
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) actions.explain({ reasons, feedback });
        onClose();
      }}
    >
      {preference.verdict !== 'none' && (
        <div
          className={wraps ? 'contents' : 'flex min-w-0 gap-1.5 overflow-x-auto py-1 [scrollbar-width:none]'}
        >
          <ReasonTags buttons={REASON_BUTTONS} given={reasons} onChange={setReasons} />
        </div>
      )}
      <input
        value={words}
        onChange={(event) => setWords(event.target.value)}
        aria-label="In your words"
        placeholder="In your words"
        maxLength={FEEDBACK_CHARS_MAX}
        className="h-7 touch:h-10 w-28 min-w-28 flex-1 rounded-full border border-input bg-card px-3 text-xs outline-none placeholder:text-muted-foreground focus-visible:border-ring focus-visible:ring-3 focus-visible:ring-ring/25 touch:text-base"
      />
      {isChanged ? (
        <Button type="submit" size="sm" className="h-7 px-3">
          Save
        </Button>
      ) : (
        <Button variant="ghost" size="sm" className="h-7 px-2" onClick={onClose}>
          {wraps ? 'Close' : 'Skip'}
        </Button>
      )}
    </form>
  );
}

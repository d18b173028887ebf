'use client';

import type { PreferenceView } from '@aideator/contract/views';
import { Popover } from '@base-ui/react/popover';
import { MessageSquareTextIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { POPUP_CLASS } from '~/components/ui/popup.ts';
import { cn } from '~/lib/cn.ts';
import { useTurnScope } from './turn-context.tsx';
import { joinFeedback, REASONS } from './verdict-text.ts';

/** Why it is preferred: optional, and gone with one click. Beside the verdict where there is room, else behind a button. */
export function Why({ preference }: { preference: PreferenceView }) {
  const [skipped, setSkipped] = useState(false);
  if (preference.feedback !== null) return <Because feedback={preference.feedback} />;
  return (
    <>
      {!skipped && (
        <div className="ml-2 hidden shrink-0 grow items-center gap-2 @min-[66rem]/verdict:flex">
          <span className="text-muted-foreground">Why?</span>
          <WhyForm onSkip={() => setSkipped(true)} className="flex-nowrap" />
        </div>
      )}
      <div className="ml-auto @min-[66rem]/verdict:hidden">
        <WhyPopover />
      </div>
    </>
  );
}

/** The reason that was given: as much of it as there is room for, and all of it when pressed. */
function Because({ feedback }: { feedback: string }) {
  return (
    <Popover.Root>
      <Popover.Trigger
        render={
          <Button
            variant="ghost"
            size="sm"
            className="ml-auto min-w-0 shrink justify-start px-2 font-normal"
          />
        }
      >
        <span className="truncate">Because: {feedback}</span>
      </Popover.Trigger>
      <ReasonPopup title="Why you prefer it">
        <p className="mt-2 whitespace-pre-wrap text-muted-foreground text-sm [overflow-wrap:anywhere]">
          {feedback}
        </p>
      </ReasonPopup>
    </Popover.Root>
  );
}

function ReasonPopup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Popover.Portal>
      <Popover.Positioner side="top" align="end" sideOffset={8} collisionPadding={16} className="z-50">
        <Popover.Popup className={cn(POPUP_CLASS, 'w-[min(24rem,calc(100vw-2rem))] p-4')}>
          <Popover.Title className="font-semibold text-sm">{title}</Popover.Title>
          {children}
        </Popover.Popup>
      </Popover.Positioner>
    </Popover.Portal>
  );
}

function WhyPopover() {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger render={<Button variant="outline" size="sm" />}>
        <MessageSquareTextIcon />
        Say why
      </Popover.Trigger>
      <ReasonPopup title="Why do you prefer it?">
        <WhyForm onSkip={() => setOpen(false)} className="mt-3 flex-wrap" />
      </ReasonPopup>
    </Popover.Root>
  );
}

function WhyForm({ onSkip, className }: { onSkip: () => void; className: string }) {
  const { actions } = useTurnScope();
  const [reasons, setReasons] = useState<readonly string[]>([]);
  const [words, setWords] = useState('');
  const feedback = joinFeedback(reasons, words);
  const toggle = (reason: string) =>
    setReasons(reasons.includes(reason) ? reasons.filter((other) => other !== reason) : [...reasons, reason]);
  return (
    <form
      className={cn('flex min-w-0 flex-1 items-center gap-1.5', className)}
      onSubmit={(event) => {
        event.preventDefault();
        if (feedback !== '') actions.explain(feedback);
      }}
    >
      {REASONS.map((reason) => (
        <button
          key={reason}
          type="button"
          aria-pressed={reasons.includes(reason)}
          onClick={() => toggle(reason)}
          className={cn(
            'h-7 touch:h-10 shrink-0 whitespace-nowrap rounded-full border px-2.5 text-xs transition-colors hover:bg-hover',
            reasons.includes(reason) && 'border-gold bg-gold-soft text-gold-foreground hover:bg-gold-soft',
          )}
        >
          {reason}
        </button>
      ))}
      <input
        value={words}
        onChange={(event) => setWords(event.target.value)}
        aria-label="In your words"
        placeholder="In your words"
        maxLength={1_900}
        className="h-7 touch:h-10 w-28 min-w-28 flex-1 rounded-full border border-input bg-card px-3 text-xs outline-none placeholder:text-muted-foreground focus-visible:border-ring focus-visible:ring-3 focus-visible:ring-ring/25 touch:text-base"
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

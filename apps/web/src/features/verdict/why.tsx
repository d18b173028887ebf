'use client';

import { FEEDBACK_CHARS_MAX } from '@aideator/contract/limits';
import type { Reason } from '@aideator/contract/reasons';
import type { PreferenceView } from '@aideator/contract/views';
import { Popover } from '@base-ui/react/popover';
import { MessageSquareTextIcon } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '~/components/ui/button.tsx';
import { POPUP_CLASS } from '~/components/ui/popup.ts';
import { cn } from '~/lib/cn.ts';
import { REASON_BUTTONS, reasonsText } from '~/lib/verdict-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';

/**
 * Asks why a response is preferred. Optional. Shown next to the verdict if there is room, otherwise behind a button.
 */
export function Why({ preference }: { preference: PreferenceView }) {
  const [skipped, setSkipped] = useState(false);
  const given = reasonsText(preference);
  if (given !== '') return <Because reasons={given} />;
  return (
    <>
      {!skipped && (
        <div className="ml-2 hidden shrink-0 grow items-center gap-2 @min-[66rem]/verdict:flex">
          <span className="text-muted-foreground">Why?</span>
          <WhyForm onSkip={() => setSkipped(true)} />
        </div>
      )}
      <div className="ml-auto @min-[66rem]/verdict:hidden">
        <WhyPopover />
      </div>
    </>
  );
}

/** The reason that the person gave, truncated. Pressing it shows the whole reason. */
function Because({ reasons }: { reasons: string }) {
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
        <span className="truncate">Because: {reasons}</span>
      </Popover.Trigger>
      <ReasonPopup title="Why you prefer it">
        <p className="mt-2 whitespace-pre-wrap text-muted-foreground text-sm [overflow-wrap:anywhere]">
          {reasons}
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
        <WhyForm onSkip={() => setOpen(false)} wraps />
      </ReasonPopup>
    </Popover.Root>
  );
}

/** `wraps`: the buttons may take several lines; otherwise they scroll. */
function WhyForm({ onSkip, wraps = false }: { onSkip: () => void; wraps?: boolean }) {
  const { actions } = useTurnScope();
  const [reasons, setReasons] = useState<readonly Reason[]>([]);
  const [words, setWords] = useState('');
  const feedback = words.trim();
  const isEmpty = reasons.length === 0 && feedback === '';
  const toggle = (reason: Reason) =>
    setReasons(reasons.includes(reason) ? reasons.filter((other) => other !== reason) : [...reasons, reason]);
  return (
    <form
      className={cn('flex min-w-0 flex-1 items-center gap-1.5', wraps && 'mt-3 flex-wrap')}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isEmpty) actions.explain({ reasons: [...reasons], feedback });
      }}
    >
      <div
        className={wraps ? 'contents' : 'flex min-w-0 gap-1.5 overflow-x-auto py-1 [scrollbar-width:none]'}
      >
        {REASON_BUTTONS.map(({ reason, text }) => (
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
            {text}
          </button>
        ))}
      </div>
      <input
        value={words}
        onChange={(event) => setWords(event.target.value)}
        aria-label="In your words"
        placeholder="In your words"
        maxLength={FEEDBACK_CHARS_MAX}
        className="h-7 touch:h-10 w-28 min-w-28 flex-1 rounded-full border border-input bg-card px-3 text-xs outline-none placeholder:text-muted-foreground focus-visible:border-ring focus-visible:ring-3 focus-visible:ring-ring/25 touch:text-base"
      />
      {isEmpty ? (
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

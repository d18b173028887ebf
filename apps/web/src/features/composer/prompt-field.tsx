'use client';

import { type KeyboardEvent, type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';
import { useHydrated } from '~/lib/use-hydrated.ts';

export interface PromptFieldHandle {
  focus: () => void;
}

interface PromptFieldProps {
  value: string;
  onChange: (value: string) => void;
  onSend: () => void;
  placeholder: string;
  invalid: boolean;
  /** Of what says more about it: the error, the count. */
  describedBy: string | undefined;
  ref?: Ref<PromptFieldHandle>;
}

/** True while an input method composes a character: its Enter confirms, it does not send. */
function isComposing(event: KeyboardEvent): boolean {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}

/** Grows with what is written, up to a limit. Enter sends, Shift+Enter makes a line. */
export function PromptField({ value, onChange, onSend, describedBy, ref, ...props }: PromptFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }), []);

  // What was typed into the server's page before this one reacted is there already, and nobody was told.
  const takeOver = useEffectEvent((typed: string) => onChange(typed));
  useEffect(() => {
    const typed = field.current?.value;
    if (typed) takeOver(typed);
  }, []);
  const hydrated = useHydrated();

  // Where the browser can't size a field by its content.
  useEffect(() => {
    const element = field.current;
    if (!element || CSS.supports('field-sizing', 'content')) return;
    element.style.height = 'auto';
    if (value !== '') element.style.height = `${element.scrollHeight}px`;
  }, [value]);

  return (
    <textarea
      ref={field}
      rows={1}
      value={value}
      data-ready={hydrated || undefined}
      aria-label="Prompt"
      aria-invalid={props.invalid || undefined}
      aria-describedby={describedBy}
      placeholder={props.placeholder}
      enterKeyHint="send"
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
        event.preventDefault();
        onSend();
      }}
      className="field-sizing-content block max-h-[min(20rem,38dvh)] min-h-11 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-base leading-6 outline-none placeholder:text-muted-foreground sm:text-[0.9375rem]"
    />
  );
}

'use client';

import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react';
import { isComposing } from '~/lib/composing.ts';
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
  /** Id of the element with the error text. */
  describedBy: string | undefined;
  ref?: Ref<PromptFieldHandle>;
}

/** Grows with its text, up to a limit. Enter sends, Shift+Enter starts a new line. */
export function PromptField({ value, onChange, onSend, describedBy, ref, ...props }: PromptFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => ({ focus: () => field.current?.focus() }), []);

  // Text that was typed into the server's HTML before hydration raised no event.
  const takeTyped = useEffectEvent((typed: string) => onChange(typed));
  useEffect(() => {
    const typed = field.current?.value;
    if (typed) takeTyped(typed);
  }, []);
  const hydrated = useHydrated();

  // For browsers that cannot size a field by its content.
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
        if (event.key !== 'Enter' || event.shiftKey || isComposing(event.nativeEvent)) return;
        event.preventDefault();
        onSend();
      }}
      className="field-sizing-content block max-h-[min(20rem,38dvh)] min-h-11 w-full resize-none bg-transparent px-4 pt-3 pb-1 text-base leading-6 outline-none placeholder:text-muted-foreground sm:text-[0.9375rem]"
    />
  );
}

'use client';

import { TITLE_CHARS_MAX } from '@aideator/contract/limits';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Input } from '~/components/ui/input.tsx';
import { isComposing } from '~/lib/composing.ts';

interface RenameInputProps {
  title: string;
  /** Called once. Null keeps the title. */
  onDone: (title: string | null) => void;
}

/** Enter and leaving the field save the new title; Escape keeps the old one. */
export function RenameInput({ title, onDone }: RenameInputProps) {
  const ref = useRef<HTMLInputElement>(null);
  const done = useRef(false);

  useEffect(() => {
    // The menu that opened this field returns the focus first.
    const frame = requestAnimationFrame(() => {
      ref.current?.focus();
      ref.current?.select();
    });
    return () => cancelAnimationFrame(frame);
  }, []);

  const finish = (text: string | null) => {
    if (done.current) return;
    done.current = true;
    const trimmed = text?.trim() ?? '';
    onDone(trimmed === '' || trimmed === title ? null : trimmed);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key === 'Enter') finish(event.currentTarget.value);
    if (event.key === 'Escape') {
      event.stopPropagation();
      finish(null);
    }
  };

  return (
    <Input
      ref={ref}
      aria-label="Chat title"
      defaultValue={title}
      maxLength={TITLE_CHARS_MAX}
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.currentTarget.value)}
      className="h-8.5 px-2 text-[0.84375rem] max-md:h-10"
    />
  );
}

'use client';

import { TITLE_CHARS_MAX } from '@aideator/contract/limits';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { Input } from '~/components/ui/input.tsx';

interface RenameInputProps {
  title: string;
  /** Null when nothing is to change. Called once. */
  onDone: (title: string | null) => void;
}

/** Enter and leaving the field keep the new title, Escape the old one. */
export function RenameInput({ title, onDone }: RenameInputProps) {
  const ref = useRef<HTMLInputElement>(null);
  const done = useRef(false);

  useEffect(() => {
    // After the menu that opened this has given the focus back.
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
    // Enter that ends an input method's composition is not the end of the title.
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) finish(event.currentTarget.value);
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

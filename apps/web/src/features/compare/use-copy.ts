import { useEffect, useRef, useState } from 'react';

const SHOWN_MS = 1_600;

export type CopyState = 'idle' | 'copied' | 'failed';

/** Copies text and says for a moment how it went. */
export function useCopy(): { state: CopyState; copy: (text: string) => void } {
  const [state, setState] = useState<CopyState>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function show(next: CopyState): void {
    clearTimeout(timer.current);
    setState(next);
    timer.current = setTimeout(() => setState('idle'), SHOWN_MS);
  }

  function copy(text: string): void {
    // Not there without https (or localhost).
    if (!navigator.clipboard) {
      show('failed');
      return;
    }
    navigator.clipboard.writeText(text).then(
      () => show('copied'),
      () => show('failed'),
    );
  }

  return { state, copy };
}

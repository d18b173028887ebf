import { useEffect, useMemo, useRef, useState } from 'react';
import { type Attempt, createDraftStorage, type DraftPlace } from './draft-storage.ts';

const WRITE_AFTER_MS = 250;

export interface DraftHandle {
  text: string;
  setText: (text: string) => void;
  attempt: () => Attempt | undefined;
  /** Keeps the text and the try that is under way, at once. */
  keep: (attempt: Attempt) => void;
  /** The server has taken `sent`: what was not typed in the meantime is forgotten. */
  accepted: (sent: string) => void;
}

/** The prompt that is being written at a place, surviving reload and signing in again. */
export function useDraft(userId: string, place: DraftPlace): DraftHandle {
  const [text, setShown] = useState('');
  const current = useRef<{ text: string; attempt: Attempt | undefined }>({ text: '', attempt: undefined });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const storage = useMemo(
    () =>
      typeof window === 'undefined' ? undefined : createDraftStorage(window.localStorage, userId, Date.now),
    [userId],
  );

  const opened = useRef(false);
  useEffect(() => {
    // Text that was typed before the page reacted is newer than any draft.
    const isTypedEarly = !opened.current && current.current.text !== '';
    opened.current = true;
    if (!isTypedEarly) {
      const draft = storage?.read(place);
      current.current = { text: draft?.text ?? '', attempt: draft?.attempt };
      setShown(current.current.text);
    }
    const write = () => {
      if (timer.current === undefined) return;
      clearTimeout(timer.current);
      timer.current = undefined;
      storage?.write(place, current.current);
    };
    window.addEventListener('pagehide', write);
    return () => {
      window.removeEventListener('pagehide', write);
      write();
    };
  }, [storage, place]);

  function setText(next: string): void {
    current.current = { ...current.current, text: next };
    setShown(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      storage?.write(place, current.current);
    }, WRITE_AFTER_MS);
  }

  return {
    text,
    setText,
    attempt: () => current.current.attempt,
    keep: (attempt) => {
      current.current = { ...current.current, attempt };
      storage?.write(place, current.current);
    },
    accepted: (sent) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const left = current.current.text === sent ? '' : current.current.text;
      current.current = { text: left, attempt: undefined };
      setShown(left);
      storage?.write(place, current.current);
    },
  };
}

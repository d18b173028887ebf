'use client';

import { createContext, type ReactNode, use, useEffect, useRef, useState } from 'react';

/** Messages within this time are announced together. */
const GATHER_MS = 350;

type Announce = (message: string) => void;

const AnnounceContext = createContext<Announce>(() => undefined);

/** Announces a message to screen readers. Don't call it for each piece of text. */
export const useAnnounce = (): Announce => use(AnnounceContext);

/** The live region of the page. */
export function Announcer({ children }: { children: ReactNode }) {
  const [message, setMessage] = useState('');
  const waiting = useRef<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const [announce] = useState<Announce>(() => (text: string) => {
    waiting.current.push(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setMessage(waiting.current.splice(0).join(' ')), GATHER_MS);
  });

  return (
    <AnnounceContext value={announce}>
      {children}
      <p role="status" aria-live="polite" className="sr-only">
        {message}
      </p>
    </AnnounceContext>
  );
}

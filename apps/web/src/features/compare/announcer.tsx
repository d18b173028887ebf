'use client';

import { createContext, type ReactNode, use, useEffect, useRef, useState } from 'react';
import { announcement } from './status-text.ts';
import type { TurnStore } from './turn-store.ts';

/** Messages of the same moment are read as one. */
const GATHER_MS = 350;

type Announce = (message: string) => void;

const AnnounceContext = createContext<Announce>(() => undefined);

/** Tells those who do not see the page what happened. Never per token. */
export const useAnnounce = (): Announce => use(AnnounceContext);

/** The page's one live region for answers. */
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

/** Announces start and end of each of a turn's responses. */
export function useAnnounceResponses(
  store: TurnStore,
  responses: readonly { responseId: string; modelName: string }[],
): void {
  const announce = useAnnounce();
  const names = useRef(responses);
  useEffect(() => {
    names.current = responses;
  });
  useEffect(
    () =>
      store.api.subscribe((next, previous) => {
        for (const state of next.responses) {
          const before = previous.responses.find((other) => other.responseId === state.responseId);
          if (before === state) continue;
          const name = names.current.find((response) => response.responseId === state.responseId)?.modelName;
          const text = announcement(name ?? 'A model', before?.status, state);
          if (text) announce(text);
        }
      }),
    [store, announce],
  );
}

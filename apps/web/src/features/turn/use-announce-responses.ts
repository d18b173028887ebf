import type { ResponseId } from '@aideator/contract/ids';
import { useEffect, useRef } from 'react';
import { useAnnounce } from '~/components/announcer.tsx';
import { announcement } from './status-text.ts';
import type { TurnStore } from './turn-store.ts';

/** Announces the start and the end of each response of a turn. */
export function useAnnounceResponses(
  store: TurnStore,
  responses: readonly { responseId: ResponseId; modelName: string }[],
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

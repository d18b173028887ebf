import type { ResponseState } from '@aideator/contract/frames';
import type { ResponseId } from '@aideator/contract/ids';
import { isTerminal } from '@aideator/contract/statuses';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { untilNextParseMs } from '~/lib/parse-interval.ts';
import { type Milestones, milestonesOf } from './milestones.ts';
import type { TurnStore } from './turn-store.ts';

const ABSENT: ResponseState = {
  responseId: 'rsp_absent',
  position: 0,
  attempt: 0,
  status: 'pending',
  text: '',
  reasoning: '',
};

function find(responses: readonly ResponseState[], responseId: ResponseId): ResponseState {
  return responses.find((state) => state.responseId === responseId) ?? ABSENT;
}

/** Selects a part of one response and renders when it changes. Select a value, or an object whose identity is stable. */
export function useResponse<T>(
  store: TurnStore,
  responseId: ResponseId,
  select: (state: ResponseState) => T,
): T {
  return useStore(store.api, (state) => select(find(state.responses, responseId)));
}

/** When a response began to think, began to answer and ended. Renders when one of these changes. */
export function useMilestones(store: TurnStore, responseId: ResponseId): Milestones {
  return useStore(
    store.api,
    useShallow((state) => milestonesOf(find(state.responses, responseId))),
  );
}

/** True if the response ended without the person's doing and can be retried. */
export function hasFailed({ status }: Pick<ResponseState, 'status'>): boolean {
  return status === 'failed' || status === 'interrupted';
}

/** The current state of one response, for event handlers. */
export function responseNow(store: TurnStore, responseId: ResponseId): ResponseState {
  return find(store.latest(), responseId);
}

/** Measures how long the page takes to show a text, from `begin` until it is in the document. */
function useShowDuration(): { begin: () => void; lastMs: () => number } {
  const startedAt = useRef<number>(undefined);
  const duration = useRef(0);
  useLayoutEffect(() => {
    if (startedAt.current === undefined) return;
    duration.current = performance.now() - startedAt.current;
    startedAt.current = undefined;
  });
  const [measure] = useState(() => ({
    begin: () => {
      startedAt.current = performance.now();
    },
    lastMs: () => duration.current,
  }));
  return measure;
}

/**
 * A response's text, updated only as often as Markdown of its length can be parsed again, and less often if that takes
 * long. The first piece and the end are shown at once.
 */
export function useShownText(store: TurnStore, responseId: ResponseId, field: 'text' | 'reasoning'): string {
  const [text, setText] = useState(() => find(store.api.getState().responses, responseId)[field]);
  const duration = useShowDuration();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown: string | undefined;
    const read = () => find(store.api.getState().responses, responseId);
    function show(): void {
      clearTimeout(timer);
      timer = undefined;
      shown = read()[field];
      duration.begin();
      setText(shown);
    }
    function onChange(): void {
      const state = read();
      const next = state[field];
      if (next === shown) return;
      const first = !shown || next.length < shown.length;
      if (first || isTerminal(state.status)) show();
      else timer ??= setTimeout(show, untilNextParseMs(next.length, performance.now(), duration.lastMs()));
    }
    onChange();
    const unsubscribe = store.api.subscribe(onChange);
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store, responseId, field, duration]);
  return text;
}

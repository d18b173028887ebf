import type { ResponseState } from '@aideator/contract/frames';
import { isTerminal } from '@aideator/contract/statuses';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { untilNextParseMs } from './parse-interval.ts';
import type { TurnStore } from './turn-store.ts';

const ABSENT: ResponseState = {
  responseId: '',
  position: 0,
  attempt: 0,
  status: 'pending',
  text: '',
  reasoning: '',
};

function find(responses: readonly ResponseState[], responseId: string): ResponseState {
  return responses.find((state) => state.responseId === responseId) ?? ABSENT;
}

/** A part of one response. Renders when that part changes; select a value or something whose identity is stable. */
export function useResponse<T>(store: TurnStore, responseId: string, select: (state: ResponseState) => T): T {
  return useStore(store.api, (state) => select(find(state.responses, responseId)));
}

/** One response as it is now, for event handlers. */
export function responseNow(store: TurnStore, responseId: string): ResponseState {
  return find(store.latest(), responseId);
}

/**
 * A response's text at the pace at which it can be parsed again: the first piece and the end at once, between them
 * not more often than its length allows.
 */
export function useShownText(store: TurnStore, responseId: string, field: 'text' | 'reasoning'): string {
  const [text, setText] = useState(() => find(store.api.getState().responses, responseId)[field]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown: string | undefined;
    const read = () => find(store.api.getState().responses, responseId);
    function show(): void {
      clearTimeout(timer);
      timer = undefined;
      shown = read()[field];
      setText(shown);
    }
    function onChange(): void {
      const state = read();
      const next = state[field];
      if (next === shown) return;
      const first = !shown || next.length < shown.length;
      if (first || isTerminal(state.status)) show();
      else timer ??= setTimeout(show, untilNextParseMs(next.length, performance.now()));
    }
    onChange();
    const stop = store.api.subscribe(onChange);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, responseId, field]);
  return text;
}

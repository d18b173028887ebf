import type { ResponseState } from '@aideator/contract/frames';
import { useState } from 'react';
import { useStore } from 'zustand';
import { isRunning, lookOf } from '../turn/status-text.ts';
import { useTurnScope } from '../turn/turn-context.tsx';
import type { TurnStoreState } from '../turn/turn-store.ts';
import { estimatedSavings, estimatedTokens, type Savings } from './savings.ts';

interface StopRest {
  /** How many answers are still being written besides the best ones. */
  running: number;
  /** Stops them. */
  stop: () => void;
  /** What the stop saved, once there was one. `savings` is undefined where it cannot be estimated. */
  stopped: { answers: number; savings: Savings | undefined } | undefined;
}

const isWriting = (state: ResponseState): boolean => isRunning(lookOf(state));

/** Stops the answers that a verdict was given without, except the best ones. */
export function useStopRest(best: readonly string[]): StopRest {
  const { turn, store, actions, modelOf } = useTurnScope();
  const [stopped, setStopped] = useState<StopRest['stopped']>();
  const isRest = (state: ResponseState) => isWriting(state) && !best.includes(state.responseId);
  const running = useStore(store.api, ({ responses }) => responses.filter(isRest).length);
  const priceOf = (state: ResponseState): number | undefined => {
    const modelId = turn.responses.find(({ responseId }) => responseId === state.responseId)?.modelId;
    const price = modelId === undefined ? undefined : modelOf(modelId)?.outputUsdPerMillion;
    return price === undefined ? undefined : Number(price);
  };
  const stop = (): void => {
    const state = store.api.getState();
    const rest = state.responses.filter(isRest);
    const savings = savingsOf(state, { rest, priceOf, nowMs: Date.now() });
    for (const { responseId } of rest) actions.cancel(responseId);
    setStopped({ answers: rest.length, savings });
  };
  return { running, stop, stopped };
}

interface RestNow {
  rest: readonly ResponseState[];
  priceOf: (state: ResponseState) => number | undefined;
  nowMs: number;
}

function savingsOf({ responses, clocks }: TurnStoreState, { rest, priceOf, nowMs }: RestNow) {
  const whole = responses
    .filter(({ status }) => status === 'completed')
    .map(({ usage, text }) => ({ outputTokens: usage?.outputTokens ?? estimatedTokens(text) }));
  const written = rest.map((state) => ({
    writtenTokens: estimatedTokens(state.text) + estimatedTokens(state.reasoning),
    writingMs: nowMs - (clocks[state.responseId]?.firstTokenAtMs ?? nowMs),
    usdPerMillion: priceOf(state),
  }));
  return estimatedSavings(whole, written);
}

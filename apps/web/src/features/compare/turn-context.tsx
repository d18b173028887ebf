import type { Model } from '@aideator/contract/models';
import type { TurnView } from '@aideator/contract/views';
import { createContext, use } from 'react';
import type { TurnStore } from './turn-store.ts';

/** What every part of one turn needs. */
export interface TurnScope {
  turn: TurnView;
  store: TurnStore;
  actions: TurnActions;
  /** The catalogue's entry of a model; undefined when it is gone or not loaded. */
  modelOf: (modelId: string) => Model | undefined;
  /** Whose accent a response carries. */
  accentOf: (response: { position: number }) => number;
}

export interface TurnActions {
  stop: (responseId: string) => void;
  /** Answers once more; asks first when that would drop a text. */
  retry: (responseId: string) => void;
  /** Prefers a response; the preferred one again takes it back. */
  prefer: (responseId: string) => void;
  setVerdict: (verdict: 'tie' | 'none') => void;
  clearVerdict: () => void;
  explain: (feedback: string) => void;
  /** Responses whose stop or retry is on its way. */
  busy: ReadonlySet<string>;
}

const TurnContext = createContext<TurnScope | null>(null);
export const TurnProvider = TurnContext.Provider;

/** The turn around this component. Throws outside of one. */
export function useTurnScope(): TurnScope {
  const scope = use(TurnContext);
  if (!scope) throw new Error('not inside a turn');
  return scope;
}

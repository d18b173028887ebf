import type { Ballot } from '@aideator/contract/ballots';
import type { ResponseId } from '@aideator/contract/ids';
import type { Model } from '@aideator/contract/models';
import type { Reason, WorstReason } from '@aideator/contract/reasons';
import type { ResponseView, TurnView } from '@aideator/contract/views';
import { createContext, use } from 'react';
import type { GoOn } from './go-on.ts';
import type { TurnStore } from './turn-store.ts';

/** What the components of one turn share. */
export interface TurnScope {
  turn: TurnView;
  store: TurnStore;
  actions: TurnActions;
  /** Asks a model for the rest of its answer. Absent for earlier turns. */
  goOn: ((response: ResponseView, how: GoOn) => void) | undefined;
  /** The model in the catalogue; undefined when it was removed or the catalogue is not loaded. */
  modelOf: (modelId: string) => Model | undefined;
  /** The position whose accent a response has. */
  accentOf: (response: { position: number }) => number;
}

export interface TurnActions {
  cancel: (responseId: ResponseId) => void;
  /** Starts another run. Asks first when that would drop a text. */
  retry: (responseId: ResponseId) => void;
  /** Retries all responses that have failed. Asks first about those whose text that would drop. */
  retryFailed: () => void;
  /** Prefers a response. For the preferred response this clears the preference. */
  prefer: (responseId: ResponseId) => void;
  /** Gives a ballot, which replaces the current one. */
  judge: (ballot: Ballot) => void;
  /** Names the worst response beside the current verdict; null takes that back. */
  nameWorst: (responseId: ResponseId | null) => void;
  /** After several were called equally good: says with which one the session continues. */
  continueWith: (responseId: ResponseId) => void;
  clearVerdict: () => void;
  /** Adds reasons to the verdict. */
  explain: (why: { reasons?: Reason[]; worstReasons?: WorstReason[]; feedback?: string }) => void;
  /** Responses whose cancel or retry call is under way. */
  busy: ReadonlySet<string>;
}

const TurnContext = createContext<TurnScope | null>(null);
export const TurnProvider = TurnContext.Provider;

/** The turn that this component belongs to. Throws outside of a turn. */
export function useTurnScope(): TurnScope {
  const scope = use(TurnContext);
  if (!scope) throw new Error('not inside a turn');
  return scope;
}

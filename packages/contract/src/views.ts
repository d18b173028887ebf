import type { Ballot } from './ballots.ts';
import type { BlindView } from './blind.ts';
import type { ResponseState } from './frames.ts';
import type { PreferenceId, ResponseId, SessionId, TurnId } from './ids.ts';
import type { Reason, WorstReason } from './reasons.ts';
import type { TurnMode } from './statuses.ts';
import type { Verdict } from './verdicts.ts';

/** Types that the API returns. Dates are Date (superjson); money is decimal text. */
export interface SessionView {
  id: SessionId;
  title: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface ResponseView extends ResponseState {
  /** The model's id at the gateway, and its name at that time. Stand-ins until a blind turn is revealed. */
  modelId: string;
  modelName: string;
  /** The model's name as reported by the provider, once the response is over. */
  answeredBy?: string;
  /** True for an answer of a revealed turn that names its own model or maker. */
  namesItself?: true;
  /** True if text or reasoning is cut here. `response.text` returns both whole. */
  isExcerpt?: true;
}

/** The whole text and reasoning of a response. */
export interface ResponseText {
  attempt: number;
  text: string;
  reasoning: string;
}

/** The person's current verdict on a turn. */
export interface PreferenceView extends Ballot {
  id: PreferenceId;
  /** Derived from the tiers (`verdictOf`). */
  verdict: Verdict;
  /** The response that the session continues with. Null after "none of them", and until the person says with which. */
  continueWith: ResponseId | null;
  reasons: Reason[];
  worstReasons: WorstReason[];
  feedback: string | null;
  createdAt: Date;
  /** True if the models' names were hidden when the ballot was given. */
  isBlind: boolean;
  /** True if it was given in a blind turn after its names had been revealed. */
  isAfterReveal: boolean;
}

export interface TurnView {
  id: TurnId;
  sessionId: SessionId;
  /** 1, 2, 3, … within the session. */
  number: number;
  mode: TurnMode;
  prompt: string;
  createdAt: Date;
  /** Ordered by position. */
  responses: ResponseView[];
  preference: PreferenceView | null;
  /** True while a response may still change. Subscribe to `turn.events` then. */
  active: boolean;
  /** Null: the turn is not blind. */
  blind: BlindView | null;
}

/** Consecutive turns of a session. */
export interface TurnPage {
  /** Oldest first. */
  turns: TurnView[];
  /** The next page contains the turns before this number. Null: there are no older turns. */
  olderBefore: number | null;
}

/** A session with its newest turns. */
export interface SessionDetail extends SessionView, TurnPage {}

export interface ProviderKeyView {
  provider: string;
  providerName: string;
  keyHint: string;
  /** Null if no key is stored. */
  lastFour: string | null;
  updatedAt: Date | null;
  /** True if the server has a key of this provider. */
  serverKey: boolean;
}

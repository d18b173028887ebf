import type { ResponseState } from './frames.ts';
import type { TurnMode } from './statuses.ts';

/** What the API answers and pages draw. Dates are Date (superjson); money is decimal text. */
export interface SessionView {
  id: string;
  title: string;
  createdAt: Date;
  updatedAt: Date;
}

export interface ResponseView extends ResponseState {
  /** The gateway's id of the model, and its name at the time. */
  modelId: string;
  modelName: string;
}

export interface PreferenceView {
  verdict: 'response' | 'tie' | 'none';
  /** Set when the verdict is `response`. */
  responseId: string | null;
  feedback: string | null;
  createdAt: Date;
}

export interface TurnView {
  id: string;
  sessionId: string;
  /** 1, 2, 3, … within the session. */
  number: number;
  mode: TurnMode;
  prompt: string;
  createdAt: Date;
  /** Ordered by position. */
  responses: ResponseView[];
  preference: PreferenceView | null;
  /** True while something may still arrive: subscribe to `turn.events`. */
  active: boolean;
}

export interface SessionDetail extends SessionView {
  /** Oldest first. */
  turns: TurnView[];
}

export interface ProviderKeyView {
  provider: string;
  providerName: string;
  keyHint: string;
  /** Null when none is stored. */
  lastFour: string | null;
  updatedAt: Date | null;
  /** True when the server itself has a key of this provider. */
  serverKey: boolean;
}

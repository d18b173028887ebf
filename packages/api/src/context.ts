import type { ApiDeps } from './deps.ts';

export interface Person {
  id: string;
  role: 'admin' | 'member';
}

/** What a procedure works with: plain types, so that the router's type drags nothing of the server along. */
export interface Context {
  deps: ApiDeps;
  /** Null when nobody is signed in. */
  person: Person | null;
  /** For rate limits of those who are not signed in. */
  clientAddress: string;
}

import type { SignInId, UserId } from '@aideator/contract/ids';
import type { Role } from '@aideator/contract/roles';
import type { ApiDeps } from './deps.ts';

export interface Person {
  id: UserId;
  role: Role;
  /** The browser's sign-in; absent without a browser. */
  signInId?: SignInId;
}

/** The context of a procedure. Plain types only, so that the router's type does not pull in server code. */
export interface Context {
  deps: ApiDeps;
  /** Null if the caller is not signed in. */
  person: Person | null;
  /** For rate limits of callers who are not signed in. */
  clientAddress: string;
}

import { PERSON_NAME_CHARS_MAX } from '@aideator/contract/limits';
import type { User } from '@aideator/db/schema/users';
import { isStorableEmail } from '../domain/email.ts';

/** What a provider says about the person who signs in. */
export interface OAuthProfile {
  email?: string | undefined;
  /** True only if the provider says that it has verified the address. */
  isEmailVerified: boolean;
  name?: string | undefined;
}

export type OAuthRefusalReason = 'account_exists' | 'email_unverified' | 'account_disabled';

/** The provider's account may not sign in. AppError has no code for these reasons. */
export class OAuthRefusal extends Error {
  readonly reason: OAuthRefusalReason;

  constructor(reason: OAuthRefusalReason) {
    super(reason);
    this.name = 'OAuthRefusal';
    this.reason = reason;
  }
}

export type OAuthDecision =
  | { action: 'sign_in'; user: User }
  | { action: 'create'; email: string; name: string };

/**
 * Decides who signs in. The provider's own account identifies a person, so the profile does not matter once the account
 * is linked. A new account needs a verified e-mail address. Throws OAuthRefusal.
 */
export function decideOAuth(linked: User | undefined, profile: OAuthProfile): OAuthDecision {
  if (linked?.disabledAt) throw new OAuthRefusal('account_disabled');
  if (linked) return { action: 'sign_in', user: linked };
  const { email, isEmailVerified, name } = profile;
  if (!email || !isEmailVerified || !isStorableEmail(email)) throw new OAuthRefusal('email_unverified');
  return { action: 'create', email, name: shownName(name) || email };
}

/** Providers need not bound a name as the sign-up form does. */
function shownName(name = ''): string {
  return name
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, PERSON_NAME_CHARS_MAX)
    .toWellFormed();
}

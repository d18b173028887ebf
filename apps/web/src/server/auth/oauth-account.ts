import type { ApiDeps } from '@aideator/api/deps';
import { AppError } from '@aideator/contract/errors';
import { findLinkedUser, linkAccount } from '@aideator/db/queries/accounts';
import { insertAudit } from '@aideator/db/queries/audit';
import { createUser } from '@aideator/db/queries/users';
import type { User } from '@aideator/db/schema/users';
import type { Account, Profile } from 'next-auth';

interface SignInThroughProvider {
  account: Pick<Account, 'provider' | 'providerAccountId'>;
  profile: Profile | undefined;
}

/** A refusal that the sign-in page has a text for, where none of our codes fits. */
export class SignInRefused extends Error {
  readonly reason: 'OAuthAccountNotLinked' | 'email_unverified' | 'AccessDenied';

  constructor(reason: SignInRefused['reason']) {
    super(reason);
    this.name = 'SignInRefused';
    this.reason = reason;
  }
}

/** GitHub gives out confirmed addresses only and has no such field; everybody else has to say so. */
function confirmedEmail({ account, profile }: SignInThroughProvider): string {
  const claims = profile as (Profile & { email_verified?: unknown }) | undefined;
  const confirmed = account.provider === 'github' || claims?.email_verified === true;
  if (!claims?.email || !confirmed) throw new SignInRefused('email_unverified');
  return claims.email;
}

async function createLinkedUser(deps: ApiDeps, input: SignInThroughProvider): Promise<User> {
  const email = confirmedEmail(input);
  const { provider, providerAccountId } = input.account;
  return deps.db.transaction(async (tx) => {
    const user = await createUser(tx, {
      email,
      name: input.profile?.name?.trim() || email,
      passwordHash: null,
      firstOnly: deps.settings.signUp === 'first',
    });
    await linkAccount(tx, { provider, providerAccountId, userId: user.id });
    await insertAudit(tx, { actorId: user.id, action: 'account.sign_up', subjectId: user.id });
    return user;
  });
}

/**
 * The person behind an account of a provider, created at the first sign-in. An address that has an account with a
 * password already is refused, never linked: whoever made that account need not own the address.
 * Throws SignInRefused, or AppError `forbidden` when sign-up is closed.
 */
export async function personOfOAuth(deps: ApiDeps, input: SignInThroughProvider): Promise<User> {
  const known = await knownUser(deps, input.account);
  if (known) return known;
  try {
    return await createLinkedUser(deps, input);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // The same person's other sign-in may have been first.
    const first = await knownUser(deps, input.account);
    if (first) return first;
    if (error.code === 'conflict') throw new SignInRefused('OAuthAccountNotLinked');
    throw error;
  }
}

async function knownUser(
  deps: ApiDeps,
  account: SignInThroughProvider['account'],
): Promise<User | undefined> {
  const user = await findLinkedUser(deps.db, account);
  if (user?.disabledAt) throw new SignInRefused('AccessDenied');
  return user;
}

import { AppError } from '@aideator/contract/errors';
import { findLinkedUser, linkAccount, type ProviderAccount } from '@aideator/db/queries/accounts';
import { insertAudit } from '@aideator/db/queries/audit';
import { createUser } from '@aideator/db/queries/users';
import type { User } from '@aideator/db/schema/users';
import type { ApiDeps } from '../../deps.ts';
import { decideOAuth, type OAuthDecision, type OAuthProfile, OAuthRefusal } from './oauth-decision.ts';

type Deps = Pick<ApiDeps, 'db' | 'settings'>;

interface OAuthSignIn {
  account: ProviderAccount;
  profile: OAuthProfile;
}

/**
 * The person behind an account of a provider, created at the first sign-in; the first person becomes the admin. Refuses an
 * e-mail address that has an account already instead of linking it: whoever created that account need not own the address.
 * Throws OAuthRefusal, or AppError `forbidden` when sign-up is closed. Both are audited.
 */
export async function personOfOAuth(deps: Deps, input: OAuthSignIn): Promise<User> {
  try {
    return await findOrCreate(deps, input);
  } catch (error) {
    const reason = refusalReason(error);
    if (reason !== undefined) await auditRefusal(deps, input, reason);
    throw error;
  }
}

function refusalReason(error: unknown): string | undefined {
  if (error instanceof OAuthRefusal) return error.reason;
  return error instanceof AppError && error.code === 'forbidden' ? 'sign_up_closed' : undefined;
}

async function auditRefusal({ db }: Deps, { account }: OAuthSignIn, reason: string): Promise<void> {
  const user = await findLinkedUser(db, account);
  await insertAudit(db, {
    actorId: null,
    action: 'account.sign_in_refused',
    subjectId: user?.id ?? null,
    detail: { reason, provider: account.provider },
  });
}

async function findOrCreate(deps: Deps, input: OAuthSignIn): Promise<User> {
  const decision = await decide(deps, input);
  if (decision.action === 'sign_in') return decision.user;
  try {
    return await createLinkedUser(deps, input.account, decision);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // A concurrent sign-in of the same person may have created the account.
    const again = await decide(deps, input);
    if (again.action === 'sign_in') return again.user;
    if (error.code === 'conflict') throw new OAuthRefusal('account_exists');
    throw error;
  }
}

async function decide({ db }: Deps, { account, profile }: OAuthSignIn): Promise<OAuthDecision> {
  return decideOAuth(await findLinkedUser(db, account), profile);
}

async function createLinkedUser(
  { db, settings }: Deps,
  account: ProviderAccount,
  { email, name }: { email: string; name: string },
): Promise<User> {
  return db.transaction(async (tx) => {
    const user = await createUser(tx, {
      email,
      name,
      passwordHash: null,
      firstOnly: settings.signUp === 'first',
    });
    await linkAccount(tx, { ...account, userId: user.id });
    await insertAudit(tx, { actorId: user.id, action: 'account.sign_up', subjectId: user.id });
    return user;
  });
}

import { AppError } from '@aideator/contract/errors';
import { insertAudit } from '@aideator/db/queries/audit';
import { bumpSessionVersion, countUsers, createUser, findUserByEmail } from '@aideator/db/queries/users';
import type { ApiDeps } from '../deps.ts';

export interface VerifiedUser {
  id: string;
  email: string;
  name: string;
  role: 'admin' | 'member';
  sessionVersion: number;
}

/** Whether anybody has an account, and whether one can be made. */
export async function accountStatus(deps: ApiDeps): Promise<{ hasUsers: boolean; signUpOpen: boolean }> {
  const hasUsers = (await countUsers(deps.db)) > 0;
  return { hasUsers, signUpOpen: !hasUsers || deps.settings.signUp === 'open' };
}

/** Creates an account; the first one becomes the admin. Throws `forbidden`, `conflict` (address taken) or `rate_limited`. */
export async function signUp(
  deps: ApiDeps,
  input: { email: string; password: string; name?: string | undefined; clientAddress: string },
): Promise<{ userId: string }> {
  await deps.limits.consume('sign_up', input.clientAddress);
  const { signUpOpen } = await accountStatus(deps);
  if (!signUpOpen) throw new AppError('forbidden', 'sign-up is closed');
  const user = await createUser(deps.db, {
    email: input.email,
    name: input.name?.trim() || (input.email.split('@')[0] ?? input.email),
    passwordHash: await deps.passwords.hash(input.password),
    firstOnly: deps.settings.signUp === 'first',
  });
  await insertAudit(deps.db, { actorId: user.id, action: 'account.sign_up', subjectId: user.id });
  return { userId: user.id };
}

/** The user whose password this is, or null. Takes as long for an address that nobody has. Throws `rate_limited`. */
export async function verifyCredentials(
  deps: ApiDeps,
  input: { email: string; password: string },
): Promise<VerifiedUser | null> {
  await deps.limits.consume('sign_in', input.email.trim().toLowerCase());
  const user = await findUserByEmail(deps.db, { email: input.email });
  const matches = await deps.passwords.verify(user?.passwordHash ?? null, input.password);
  if (!user || !matches || user.disabledAt) return null;
  const { id, email, name, role, sessionVersion } = user;
  return { id, email, name, role, sessionVersion };
}

/** Every session of this person ends at its next request. */
export async function signOutEverywhere(deps: ApiDeps, userId: string): Promise<void> {
  await bumpSessionVersion(deps.db, { userId });
  await insertAudit(deps.db, { actorId: userId, action: 'account.sign_out_everywhere', subjectId: userId });
}

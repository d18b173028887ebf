import { AppError } from '@aideator/contract/errors';
import type { UserId } from '@aideator/contract/ids';
import { insertAudit } from '@aideator/db/queries/audit';
import { countUsers, createUser } from '@aideator/db/queries/users';
import type { ApiDeps } from '../../deps.ts';
import { isGuessable } from '../domain/password.ts';

/** Whether an account exists, and whether one can be created. */
export async function accountStatus(deps: ApiDeps): Promise<{ hasUsers: boolean; signUpOpen: boolean }> {
  const hasUsers = (await countUsers(deps.db)) > 0;
  return { hasUsers, signUpOpen: !hasUsers || deps.settings.signUp === 'open' };
}

/** Throws `password_weak` for a password that is easy to guess with knowledge of the person. */
export async function requireStrongPassword(
  password: string,
  { email, name }: { email: string; name: string },
): Promise<void> {
  if (await isGuessable(password, [email, name])) throw new AppError('password_weak');
}

/**
 * Creates an account; the first one becomes the admin. Throws `forbidden`, `conflict` (address taken), `password_weak`
 * or `rate_limited`.
 */
export async function signUp(
  deps: ApiDeps,
  input: { email: string; password: string; name?: string | undefined; clientAddress: string },
): Promise<{ userId: UserId }> {
  await deps.limits.consume('sign_up', input.clientAddress);
  const { signUpOpen } = await accountStatus(deps);
  if (!signUpOpen) throw new AppError('forbidden', 'sign-up is closed');
  const { email } = input;
  const name = input.name?.trim() || (email.split('@')[0] ?? email);
  await requireStrongPassword(input.password, { email, name });
  const passwordHash = await deps.passwords.hash(input.password);
  const firstOnly = deps.settings.signUp === 'first';
  return deps.db.transaction(async (tx) => {
    const { id } = await createUser(tx, { email, name, passwordHash, firstOnly });
    await insertAudit(tx, { actorId: id, action: 'account.sign_up', subjectId: id });
    return { userId: id };
  });
}

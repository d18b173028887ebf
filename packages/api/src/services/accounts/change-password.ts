import { AppError } from '@aideator/contract/errors';
import type { SignInId, UserId } from '@aideator/contract/ids';
import { PASSWORD_CHARS_MAX } from '@aideator/contract/limits';
import { insertAudit } from '@aideator/db/queries/audit';
import { endOtherSignIns } from '@aideator/db/queries/sign-ins';
import { findUserById, replacePasswordHash } from '@aideator/db/queries/users';
import type { ApiDeps } from '../../deps.ts';
import { requireStrongPassword } from './accounts.ts';

interface ChangePasswordInput {
  userId: UserId;
  /** The calling sign-in. It stays valid; all others of the person end. */
  signInId: SignInId;
  currentPassword: string;
  newPassword: string;
}

/**
 * Changes a person's password and ends their other sign-ins. Throws `password_wrong`, `password_weak`, `rate_limited`,
 * `conflict` when it was changed meanwhile, or `forbidden` for a person who only signs in through a provider.
 */
export async function changePassword(deps: ApiDeps, input: ChangePasswordInput): Promise<void> {
  const { userId, signInId, currentPassword, newPassword } = input;
  await deps.limits.consume('change_password', userId);
  const user = await findUserById(deps.db, { userId });
  if (!user?.passwordHash) throw new AppError('forbidden', 'this account has no password');
  const { passwordHash } = user;
  const matches =
    currentPassword.length <= PASSWORD_CHARS_MAX &&
    (await deps.passwords.verify(passwordHash, currentPassword));
  if (!matches) throw new AppError('password_wrong');
  await requireStrongPassword(newPassword, user);
  const newHash = await deps.passwords.hash(newPassword);
  await deps.db.transaction(async (tx) => {
    if (!(await replacePasswordHash(tx, { userId, oldHash: passwordHash, newHash })))
      throw new AppError('conflict', 'the password was changed meanwhile');
    await endOtherSignIns(tx, { userId, exceptId: signInId });
    await insertAudit(tx, { actorId: userId, action: 'account.change_password', subjectId: userId });
  });
  await deps.limits.refund('change_password', userId);
}

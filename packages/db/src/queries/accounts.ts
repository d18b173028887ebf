import { AppError } from '@aideator/contract/errors';
import type { UserId } from '@aideator/contract/ids';
import { and, eq } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { accounts } from '../schema/accounts.ts';
import { type User, users } from '../schema/users.ts';

/** An account at a sign-in provider. */
export interface ProviderAccount {
  provider: string;
  providerAccountId: string;
}

/** The user that a provider's account was linked to. */
export async function findLinkedUser(db: DbOrTx, account: ProviderAccount): Promise<User | undefined> {
  const [row] = await db
    .select({ user: users })
    .from(accounts)
    .innerJoin(users, eq(users.id, accounts.userId))
    .where(
      and(eq(accounts.provider, account.provider), eq(accounts.providerAccountId, account.providerAccountId)),
    );
  return row?.user;
}

/** Links a provider's account to a user. Throws AppError `conflict` when it is already linked. */
export async function linkAccount(db: DbOrTx, params: ProviderAccount & { userId: UserId }): Promise<void> {
  const { provider, providerAccountId, userId } = params;
  const linked = await db
    .insert(accounts)
    .values({ provider, providerAccountId, userId })
    .onConflictDoNothing()
    .returning({ userId: accounts.userId });
  if (linked.length === 0) throw new AppError('conflict', `an account of ${provider} is linked already`);
}

import { AppError } from '@aideator/contract/errors';
import { newId } from '@aideator/contract/ids';
import { count, eq, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type User, users } from '../schema/users.ts';

/** Serializes sign-ups, so that exactly one of several first ones becomes the admin. */
const SIGN_UP_LOCK = sql`select pg_advisory_xact_lock(hashtext('aideator.sign_up'))`;

export interface CreateUserInput {
  id?: string;
  email: string;
  name: string;
  /** Null for people who sign in through a provider. */
  passwordHash: string | null;
  /** When true and somebody is there already, nothing is created and AppError `forbidden` is thrown. */
  firstOnly?: boolean;
}

/** Creates a user; the first one becomes the admin. Throws AppError `conflict` when the e-mail address is taken. */
export async function createUser(db: DbOrTx, input: CreateUserInput): Promise<User> {
  return db.transaction(async (tx) => {
    await tx.execute(SIGN_UP_LOCK);
    const isFirst = (await countUsers(tx)) === 0;
    if (!isFirst && input.firstOnly) throw new AppError('forbidden', 'there is a first account already');
    const [user] = await tx
      .insert(users)
      .values({
        id: input.id ?? newId('user'),
        email: input.email.trim(),
        name: input.name,
        passwordHash: input.passwordHash,
        role: isFirst ? 'admin' : 'member',
      })
      .onConflictDoNothing()
      .returning();
    if (!user) throw new AppError('conflict', 'e-mail address is taken');
    return user;
  });
}

/** Case does not matter. */
export async function findUserByEmail(db: DbOrTx, params: { email: string }): Promise<User | undefined> {
  const [user] = await db
    .select()
    .from(users)
    .where(eq(sql`lower(${users.email})`, sql`lower(${params.email.trim()})`));
  return user;
}

export async function findUserById(db: DbOrTx, params: { userId: string }): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, params.userId));
  return user;
}

export async function countUsers(db: DbOrTx): Promise<number> {
  const [row] = await db.select({ total: count() }).from(users);
  return row?.total ?? 0;
}

/** Signs the user out everywhere; answers the new version, or undefined when there is no such user. */
export async function bumpSessionVersion(
  db: DbOrTx,
  params: { userId: string },
): Promise<number | undefined> {
  const [row] = await db
    .update(users)
    .set({ sessionVersion: sql`${users.sessionVersion} + 1`, updatedAt: sql`now()` })
    .where(eq(users.id, params.userId))
    .returning({ sessionVersion: users.sessionVersion });
  return row?.sessionVersion;
}

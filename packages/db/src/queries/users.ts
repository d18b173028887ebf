import { AppError } from '@aideator/contract/errors';
import { newId, type UserId } from '@aideator/contract/ids';
import { and, count, eq, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type User, users } from '../schema/users.ts';

/** Serializes sign-ups, so that exactly one of several concurrent first sign-ups becomes the admin. */
const SIGN_UP_LOCK = sql`select pg_advisory_xact_lock(hashtext('aideator.sign_up'))`;

export interface CreateUserInput {
  id?: UserId;
  email: string;
  name: string;
  /** Null for people who sign in through a provider. */
  passwordHash: string | null;
  /** If true and a user exists, creates nothing and throws AppError `forbidden`. */
  firstOnly?: boolean;
}

/** Creates a user; the first one becomes the admin. Throws AppError `conflict` when the e-mail address is taken. */
export async function createUser(db: DbOrTx, input: CreateUserInput): Promise<User> {
  return db.transaction(async (tx) => {
    await tx.execute(SIGN_UP_LOCK);
    const isFirst = (await countUsers(tx)) === 0;
    if (!isFirst && input.firstOnly) throw new AppError('forbidden', 'an account already exists');
    const [user] = await tx
      .insert(users)
      .values({
        id: input.id ?? newId('user'),
        email: oneSpelling(input.email),
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

/** Unicode has several spellings for the same text, such as wide letters. */
function oneSpelling(email: string): string {
  return email.normalize('NFKC').trim();
}

/** Case does not matter. */
export async function findUserByEmail(db: DbOrTx, params: { email: string }): Promise<User | undefined> {
  const [user] = await db
    .select()
    .from(users)
    .where(eq(sql`lower(${users.email})`, sql`lower(${oneSpelling(params.email)})`));
  return user;
}

export async function findUserById(db: DbOrTx, params: { userId: UserId }): Promise<User | undefined> {
  const [user] = await db.select().from(users).where(eq(users.id, params.userId));
  return user;
}

export async function countUsers(db: DbOrTx): Promise<number> {
  const [row] = await db.select({ total: count() }).from(users);
  return row?.total ?? 0;
}

/** Whether a user has this password hash. If so, it stays the same until the end of the transaction. */
export async function lockPasswordHash(
  tx: DbOrTx,
  params: { userId: UserId; passwordHash: string | null },
): Promise<boolean> {
  if (params.passwordHash === null) return false;
  const locked = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, params.userId), eq(users.passwordHash, params.passwordHash)))
    .for('share');
  return locked.length > 0;
}

/** Replaces a password hash if it still is the old one. Returns whether it did. */
export async function replacePasswordHash(
  db: DbOrTx,
  params: { userId: UserId; oldHash: string; newHash: string },
): Promise<boolean> {
  const { userId, oldHash, newHash } = params;
  const replaced = await db
    .update(users)
    .set({ passwordHash: newHash, updatedAt: sql`now()` })
    .where(and(eq(users.id, userId), eq(users.passwordHash, oldHash)))
    .returning({ id: users.id });
  return replaced.length > 0;
}

/** Signs the user out everywhere. Returns the new session version, or undefined for an unknown user. */
export async function bumpSessionVersion(
  db: DbOrTx,
  params: { userId: UserId },
): Promise<number | undefined> {
  const [row] = await db
    .update(users)
    .set({ sessionVersion: sql`${users.sessionVersion} + 1`, updatedAt: sql`now()` })
    .where(eq(users.id, params.userId))
    .returning({ sessionVersion: users.sessionVersion });
  return row?.sessionVersion;
}

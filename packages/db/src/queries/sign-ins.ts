import { newId, type SignInId, type UserId } from '@aideator/contract/ids';
import { and, eq, gt, inArray, isNull, lt, ne, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { signIns } from '../schema/sign-ins.ts';
import { type User, users } from '../schema/users.ts';

/** Identifiers by which a client is recognised. */
export interface ClientHashes {
  deviceHash: string;
  addressHash: string;
}

const secondsFromNow = (seconds: number) => sql`now() + make_interval(secs => ${seconds})`;
const isLive = and(isNull(signIns.endedAt), gt(signIns.expiresAt, sql`now()`));

/** Records a sign-in and returns its id. */
export async function insertSignIn(
  db: DbOrTx,
  params: ClientHashes & { userId: UserId; lifetimeSeconds: number },
): Promise<SignInId> {
  const { userId, deviceHash, addressHash, lifetimeSeconds } = params;
  const id = newId('signIn');
  const expiresAt = secondsFromNow(lifetimeSeconds);
  await db.insert(signIns).values({ id, userId, deviceHash, addressHash, expiresAt });
  return id;
}

/** The user of a sign-in that is neither ended nor expired. */
export async function findSignedInUser(
  db: DbOrTx,
  params: { signInId: SignInId },
): Promise<User | undefined> {
  const [row] = await db
    .select({ user: users })
    .from(signIns)
    .innerJoin(users, eq(users.id, signIns.userId))
    .where(and(eq(signIns.id, params.signInId), isLive));
  return row?.user;
}

/** Returns the valid ones of these sign-ins, with the session version of their user. */
export async function listLiveSignIns(
  db: DbOrTx,
  params: { signInIds: readonly SignInId[] },
): Promise<{ id: SignInId; sessionVersion: number }[]> {
  if (params.signInIds.length === 0) return [];
  return db
    .select({ id: signIns.id, sessionVersion: users.sessionVersion })
    .from(signIns)
    .innerJoin(users, eq(users.id, signIns.userId))
    .where(and(inArray(signIns.id, [...params.signInIds]), isLive, isNull(users.disabledAt)));
}

/** Ends a sign-in. Returns its user, or undefined if it was already over. */
export async function endSignIn(
  db: DbOrTx,
  params: { signInId: SignInId },
): Promise<{ userId: UserId } | undefined> {
  const [row] = await db
    .update(signIns)
    .set({ endedAt: sql`now()` })
    .where(and(eq(signIns.id, params.signInId), isNull(signIns.endedAt)))
    .returning({ userId: signIns.userId });
  return row;
}

/** Ends all sign-ins of a user but one. Returns their number. */
export async function endOtherSignIns(
  db: DbOrTx,
  params: { userId: UserId; exceptId: SignInId },
): Promise<number> {
  const ended = await db
    .update(signIns)
    .set({ endedAt: sql`now()` })
    .where(and(eq(signIns.userId, params.userId), ne(signIns.id, params.exceptId), isLive))
    .returning({ id: signIns.id });
  return ended.length;
}

/** Whether a user has signed in from this device, and from this address, within the last days. */
export async function findKnownClient(
  db: DbOrTx,
  params: ClientHashes & { userId: UserId; days: number },
): Promise<{ device: boolean; address: boolean }> {
  const { userId, deviceHash, addressHash, days } = params;
  const [row] = await db
    .select({
      device: sql<boolean>`coalesce(bool_or(${signIns.deviceHash} = ${deviceHash}), false)`,
      address: sql<boolean>`coalesce(bool_or(${signIns.addressHash} = ${addressHash}), false)`,
    })
    .from(signIns)
    .where(and(eq(signIns.userId, userId), gt(signIns.createdAt, secondsFromNow(-days * 86_400))));
  return row ?? { device: false, address: false };
}

/** Deletes rows that expired this many days ago. Returns their number. */
export async function purgeSignIns(db: DbOrTx, params: { days: number }): Promise<number> {
  const purged = await db
    .delete(signIns)
    .where(lt(signIns.expiresAt, secondsFromNow(-params.days * 86_400)))
    .returning({ id: signIns.id });
  return purged.length;
}

import { newId, type SignInId, type UserId } from '@aideator/contract/ids';
import { PASSWORD_CHARS_MAX } from '@aideator/contract/limits';
import type { DbOrTx } from '@aideator/db/client';
import { insertAudit } from '@aideator/db/queries/audit';
import {
  type ClientHashes,
  purgeSignIns as deleteOldSignIns,
  endSignIn,
  findKnownClient,
  insertSignIn,
} from '@aideator/db/queries/sign-ins';
import { bumpSessionVersion, findUserByEmail, lockPasswordHash } from '@aideator/db/queries/users';
import type { User } from '@aideator/db/schema/users';
import type { ApiDeps, LimitedAction } from '../../deps.ts';
import { isStorableEmail, normalizeEmail } from '../domain/email.ts';

/** Longest time of a sign-in, regardless of activity. */
export const SIGN_IN_SECONDS = 30 * 24 * 60 * 60;
/** A device or an address counts as known this long after its last sign-in. Expired rows are kept for as long. */
export const KNOWN_CLIENT_DAYS = 90;

/** The browser that signs in. */
export interface SignInClient extends ClientHashes {
  address: string;
}

interface Credentials {
  email: string;
  password: string;
  client: SignInClient;
}

/** A sign-in that has begun, and the user's session version when it was checked. */
export interface StartedSignIn {
  signInId: SignInId;
  sessionVersion: number;
}

/**
 * Signs in with a password. Null when it is wrong, or was changed while it was checked. Failures are audited. Throws
 * `rate_limited`, or `unavailable` when too many passwords are being checked.
 */
export async function signInWithPassword(
  deps: ApiDeps,
  credentials: Credentials,
): Promise<StartedSignIn | null> {
  const { client } = credentials;
  const user = await verifyCredentials(deps, credentials);
  if (!user) return null;
  const { id: userId, passwordHash, sessionVersion } = user;
  const signInId = await deps.db.transaction(async (tx) => {
    // A change of the password ends the sign-ins that it finds. Without the lock, this one could begin just after that.
    if (!(await lockPasswordHash(tx, { userId, passwordHash }))) return undefined;
    return startSignIn({ db: tx }, { userId, client });
  });
  if (signInId !== undefined) return { signInId, sessionVersion };
  await auditRefusal(deps, { user, reason: 'password_changed', client });
  return null;
}

/** Records that a person has signed in, also in the audit log. The session token contains the returned id. */
export async function startSignIn(
  { db }: { db: DbOrTx },
  input: { userId: UserId; client: ClientHashes },
): Promise<SignInId> {
  const { userId, client } = input;
  return db.transaction(async (tx) => {
    const signInId = await insertSignIn(tx, { ...client, userId, lifetimeSeconds: SIGN_IN_SECONDS });
    await insertAudit(tx, { actorId: userId, action: 'account.sign_in', subjectId: signInId });
    return signInId;
  });
}

/** The user with this password, or null. Takes equally long for an unknown address. */
export async function verifyCredentials(deps: ApiDeps, input: Credentials): Promise<User | null> {
  const { password, client } = input;
  const email = normalizeEmail(input.email);
  // No account can have such an address or password, so skip the hashing.
  if (!isStorableEmail(email) || password.length > PASSWORD_CHARS_MAX) return null;
  const user = await findUserByEmail(deps.db, { email: input.email });
  // Also asked for an unknown address, so that the time does not tell who has an account.
  const userId = user?.id ?? newId('user');
  const known = await findKnownClient(deps.db, { ...client, userId, days: KNOWN_CLIENT_DAYS });
  // By id, so that all spellings of one address share one limit.
  const limited = limitsOf({ account: user?.id ?? email, client, known });
  for (const [action, key] of limited) await deps.limits.consume(action, key);
  const matches = await deps.passwords.verify(user?.passwordHash ?? null, password);
  if (!user || !matches || user.disabledAt) {
    await auditRefusal(deps, {
      user,
      reason: user && matches ? 'account_disabled' : 'wrong_password',
      client,
    });
    return null;
  }
  // Only failures count.
  await Promise.all(limited.map(([action, key]) => deps.limits.refund(action, key)));
  return user;
}

/** Without the typed address: people sometimes type their password there. */
async function auditRefusal(
  { db }: Pick<ApiDeps, 'db'>,
  refused: { user: User | undefined; reason: string; client: ClientHashes },
): Promise<void> {
  const { user, reason, client } = refused;
  await insertAudit(db, {
    actorId: null,
    action: 'account.sign_in_refused',
    subjectId: user?.id ?? null,
    detail: { reason, addressHash: client.addressHash },
  });
}

interface Attempt {
  /** A user's id, or an unknown e-mail address. */
  account: string;
  client: SignInClient;
  known: { device: boolean; address: boolean };
}

/**
 * The limits that a sign-in counts against. An attacker who exhausts the limit of an account or of a shared address does
 * not lock out browsers that have signed in to this account before (OWASP's device cookies).
 */
function limitsOf({ account, client, known }: Attempt): [LimitedAction, string][] {
  if (known.device) return [['sign_in', `${client.deviceHash} ${account}`]];
  const limits: [LimitedAction, string][] = [
    ['sign_in_address', client.address],
    ['sign_in', `${client.address} ${account}`],
  ];
  return known.address ? limits : [...limits, ['sign_in_account', account]];
}

/** Ends one sign-in: its token is refused from the next request on, and its event streams end within seconds. */
export async function signOut(deps: Pick<ApiDeps, 'db'>, signInId: SignInId): Promise<void> {
  const ended = await endSignIn(deps.db, { signInId });
  if (!ended) return;
  await insertAudit(deps.db, { actorId: ended.userId, action: 'account.sign_out', subjectId: signInId });
}

/** Deletes sign-ins that are too old to make a device or an address known. Returns their number. */
export function purgeSignIns({ db }: Pick<ApiDeps, 'db'>): Promise<number> {
  return deleteOldSignIns(db, { days: KNOWN_CLIENT_DAYS - SIGN_IN_SECONDS / 86_400 });
}

/** Ends every sign-in of this person at its next request. */
export async function signOutEverywhere(deps: ApiDeps, userId: UserId): Promise<void> {
  await bumpSessionVersion(deps.db, { userId });
  await insertAudit(deps.db, { actorId: userId, action: 'account.sign_out_everywhere', subjectId: userId });
}

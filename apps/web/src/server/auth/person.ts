import { isId, type SignInId, type UserId } from '@aideator/contract/ids';
import type { Role } from '@aideator/contract/roles';
import { findSignedInUser } from '@aideator/db/queries/sign-ins';
import { getToken } from 'next-auth/jwt';
import { env } from '~/env.ts';
import { getDeps } from '~/server/deps.ts';
import { cookieMap, sessionCookie } from './cookies.ts';

/** The signed-in person and the sign-in. */
export interface SignedInPerson {
  id: UserId;
  email: string;
  name: string;
  role: Role;
  /** False for people who only sign in through a provider. */
  hasPassword: boolean;
  signInId: SignInId;
  sessionVersion: number;
}

/** The claims of a session token, apart from its expiry. */
export interface SessionClaims {
  signInId: SignInId;
  /** The user's session version at sign-in. Raising the user's version ends all sign-ins at once. */
  sessionVersion: number;
}

async function readToken(headers: Headers): Promise<SessionClaims | null> {
  // Pass no headers: next-auth would also accept the token from `Authorization`, which no browser sends.
  const req = { cookies: cookieMap(headers), headers: {} } as Parameters<typeof getToken>[0]['req'];
  const token = await getToken({ req, secret: env.AUTH_SECRET, cookieName: sessionCookie().name });
  return token && claimsOf(token);
}

/** The claims of a decoded token, or null if this server did not make it. */
export function claimsOf(token: Record<string, unknown>): SessionClaims | null {
  const { signInId, sessionVersion } = token;
  if (!isId('signIn', signInId) || typeof sessionVersion !== 'number') return null;
  return { signInId, sessionVersion };
}

/** Whether the headers carry a session token that this server made. The sign-in may be over: no query is made. */
export async function hasValidToken(headers: Headers): Promise<boolean> {
  return (await readToken(headers)) !== null;
}

/**
 * Returns who is signed in; nothing else decides this. A session token counts only while its sign-in is not over, its
 * version equals the user's, and the user is not disabled. Signing out, signing out everywhere and disabling a user
 * therefore take effect at the next request.
 */
export async function getPerson(headers: Headers): Promise<SignedInPerson | null> {
  const token = await readToken(headers);
  if (!token) return null;
  const { db } = await getDeps();
  const user = await findSignedInUser(db, { signInId: token.signInId });
  if (!user || user.disabledAt !== null || user.sessionVersion !== token.sessionVersion) return null;
  const { id, email, name, role } = user;
  return { id, email, name, role, hasPassword: user.passwordHash !== null, ...token };
}

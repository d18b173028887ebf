import { findUserById } from '@aideator/db/queries/users';
import type { UserRole } from '@aideator/db/schema/users';
import { getToken } from 'next-auth/jwt';
import { env } from '~/env.ts';
import { getDeps } from '~/server/deps.ts';
import { sessionCookie } from './cookies.ts';

/** Who is signed in. */
export interface SignedInPerson {
  id: string;
  email: string;
  name: string;
  role: UserRole;
}

function cookieMap(headers: Headers): Record<string, string> {
  const map: Record<string, string> = {};
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) map[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return map;
}

async function readToken(headers: Headers): Promise<{ id: string; sessionVersion: number } | null> {
  // Without the headers: next-auth would otherwise take the same token from `Authorization`, where no browser sends it.
  const req = { cookies: cookieMap(headers), headers: {} } as Parameters<typeof getToken>[0]['req'];
  const token = await getToken({ req, secret: env.AUTH_SECRET, cookieName: sessionCookie().name });
  if (typeof token?.sub !== 'string' || typeof token['sessionVersion'] !== 'number') return null;
  return { id: token.sub, sessionVersion: token['sessionVersion'] };
}

/**
 * The only door to who is signed in. A cookie counts only while the user's row says the same session version and is
 * not disabled, so that signing out everywhere and disabling hold from the next request on.
 */
export async function getSession(headers: Headers): Promise<SignedInPerson | null> {
  const token = await readToken(headers);
  if (!token) return null;
  const { db } = await getDeps();
  const user = await findUserById(db, { userId: token.id });
  if (!user || user.disabledAt !== null || user.sessionVersion !== token.sessionVersion) return null;
  return { id: user.id, email: user.email, name: user.name, role: user.role };
}

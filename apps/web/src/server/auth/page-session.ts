import 'server-only';
import type { Route } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { signInPath } from '~/lib/next-path.ts';
import { PATH_HEADER } from './path-header.ts';
import { getSession, type SignedInPerson } from './session.ts';

/** Who is signed in, asked once per page. */
export const pageSession = cache(async (): Promise<SignedInPerson | null> => getSession(await headers()));

/** The same, for pages that need somebody: goes to the sign-in page and comes back. */
export async function requirePageSession(): Promise<SignedInPerson> {
  const person = await pageSession();
  if (!person) redirect(signInPath((await headers()).get(PATH_HEADER) ?? '/') as Route);
  return person;
}

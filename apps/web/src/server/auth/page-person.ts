import 'server-only';
import type { Route } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { signInPath } from '~/lib/next-path.ts';
import { PATH_HEADER } from './path-header.ts';
import { getPerson, type SignedInPerson } from './person.ts';

/** The signed-in person, looked up once per page. */
export const pagePerson = cache(async (): Promise<SignedInPerson | null> => getPerson(await headers()));

/** The same for pages that need a signed-in person. Redirects to the sign-in page, which leads back to this page. */
export async function requirePagePerson(): Promise<SignedInPerson> {
  const person = await pagePerson();
  if (!person) redirect(signInPath((await headers()).get(PATH_HEADER) ?? '/') as Route);
  return person;
}

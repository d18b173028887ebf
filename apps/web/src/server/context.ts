import type { Context } from '@aideator/api/context';
import { getSession } from './auth/session.ts';
import { getDeps } from './deps.ts';

/**
 * The address that the nearest proxy saw, for rate limits only: it appends it as the last one. Next itself sets it
 * when no proxy did.
 */
function clientAddress(headers: Headers): string {
  return headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || 'unknown';
}

/** What procedures work with, for one request. */
export async function createContext(headers: Headers): Promise<Context> {
  const [deps, person] = await Promise.all([getDeps(), getSession(headers)]);
  return {
    deps,
    person: person && { id: person.id, role: person.role },
    clientAddress: clientAddress(headers),
  };
}

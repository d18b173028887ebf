import type { Context } from '@aideator/api/context';
import { getPerson, type SignedInPerson } from './auth/person.ts';
import { clientAddress } from './client-address.ts';
import { getDeps } from './deps.ts';

/** Creates the context of one request: dependencies, the signed-in person and the client's address. */
export async function createContext(headers: Headers): Promise<Context> {
  return contextOf(headers, await getPerson(headers));
}

/** The same for a caller that has already looked up who is signed in. */
export async function contextOf(headers: Headers, person: SignedInPerson | null): Promise<Context> {
  return {
    deps: await getDeps(),
    person: person && { id: person.id, role: person.role, signInId: person.signInId },
    clientAddress: clientAddress(headers),
  };
}

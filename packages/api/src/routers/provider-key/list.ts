import { viewProviderKeys } from '../../services/accounts/provider-keys.ts';
import { personProcedure } from '../../trpc.ts';

/** Every provider that accepts own keys, with the last 4 characters of the person's key if there is one. */
export const list = personProcedure.query(({ ctx }) => viewProviderKeys(ctx.deps, ctx.person.id));

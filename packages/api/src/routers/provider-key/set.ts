import { providerIdSchema } from '@aideator/contract/models';
import { z } from 'zod';
import { setProviderKey } from '../../services/accounts/provider-keys.ts';
import { personProcedure } from '../../trpc.ts';

/** Sets or replaces the person's key of a provider. */
export const set = personProcedure
  .input(z.object({ provider: providerIdSchema, key: z.string().min(1).max(100_000) }))
  .mutation(({ ctx, input }) => setProviderKey(ctx.deps, { ...input, userId: ctx.person.id }));

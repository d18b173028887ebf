import { providerIdSchema } from '@aideator/contract/models';
import { z } from 'zod';
import { removeProviderKey } from '../../services/accounts/provider-keys.ts';
import { personProcedure } from '../../trpc.ts';

/** Deletes the person's key of a provider. */
export const remove = personProcedure
  .input(z.object({ provider: providerIdSchema }))
  .mutation(({ ctx, input }) => removeProviderKey(ctx.deps, { ...input, userId: ctx.person.id }));

import { turnIdSchema } from '@aideator/contract/ids';
import { clearPreference } from '@aideator/db/queries/preferences';
import { z } from 'zod';
import { personProcedure } from '../../trpc.ts';

/** Takes the verdict on a turn back. */
export const clear = personProcedure
  .input(z.object({ turnId: turnIdSchema }))
  .mutation(({ ctx, input }) => clearPreference(ctx.deps.db, { ...input, userId: ctx.person.id }));

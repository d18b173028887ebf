import { responseIdSchema } from '@aideator/contract/ids';
import { z } from 'zod';
import { cancelResponse } from '../../services/cancel.ts';
import { personProcedure } from '../../trpc.ts';

/** Stops one model; the others go on. */
export const cancel = personProcedure
  .input(z.object({ responseId: responseIdSchema }))
  .mutation(({ ctx, input }) => cancelResponse(ctx.deps, { ...input, userId: ctx.person.id }));

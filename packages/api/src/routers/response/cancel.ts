import { responseIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';
import { cancelResponse } from '../../services/turns/cancel-turn.ts';
import { personProcedure } from '../../trpc.ts';

/** Cancels one response; the others continue. */
export const cancel = personProcedure
  .input(z.object({ responseId: responseIdSchema }))
  .mutation(({ ctx, input }) => cancelResponse(ctx.deps, { ...input, userId: ctx.person.id }));

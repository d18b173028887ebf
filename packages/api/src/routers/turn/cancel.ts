import { turnIdSchema } from '@aideator/contract/ids';
import { z } from 'zod';
import { cancelTurn } from '../../services/cancel.ts';
import { personProcedure } from '../../trpc.ts';

/** Stops every model of a turn. */
export const cancel = personProcedure
  .input(z.object({ turnId: turnIdSchema }))
  .mutation(({ ctx, input }) => cancelTurn(ctx.deps, { ...input, userId: ctx.person.id }));

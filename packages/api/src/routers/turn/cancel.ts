import { turnIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';
import { cancelTurn } from '../../services/turns/cancel-turn.ts';
import { personProcedure } from '../../trpc.ts';

/** Cancels every response of a turn. */
export const cancel = personProcedure
  .input(z.object({ turnId: turnIdSchema }))
  .mutation(({ ctx, input }) => cancelTurn(ctx.deps, { ...input, userId: ctx.person.id }));

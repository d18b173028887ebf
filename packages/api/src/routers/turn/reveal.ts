import { turnIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';
import { revealTurn } from '../../services/turns/reveal-turn.ts';
import { personProcedure } from '../../trpc.ts';

/** Shows the names of a blind turn without a verdict. Returns the turn. */
export const reveal = personProcedure
  .input(z.object({ turnId: turnIdSchema }))
  .mutation(({ ctx, input }) => revealTurn(ctx.deps, { ...input, userId: ctx.person.id }));

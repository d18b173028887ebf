import { submitSchema } from '@aideator/contract/submit';
import { submitTurn } from '../../services/turns/submit-turn.ts';
import { startingProcedure } from '../../trpc.ts';

/** Sends a prompt to the models of a comparison, or to the model chosen in the last turn. */
export const submit = startingProcedure
  .input(submitSchema)
  .mutation(({ ctx, input }) => submitTurn(ctx.deps, ctx.person.id, input));

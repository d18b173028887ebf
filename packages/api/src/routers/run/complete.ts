import { completeInputSchema } from '@aideator/contract/hand-over';
import { completeRun } from '../../services/record-run.ts';
import { runnerProcedure } from '../../trpc.ts';

/** Takes the result of a run; answers when it is recorded. */
export const complete = runnerProcedure
  .input(completeInputSchema)
  .mutation(({ ctx, input }) => completeRun(ctx.deps, input));

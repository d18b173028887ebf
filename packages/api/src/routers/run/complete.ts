import { completeInputSchema } from '@aideator/contract/hand-over';
import { completeRun } from '../../services/collection/record-run.ts';
import { runnerProcedure } from '../../trpc.ts';

/** Records the result of a run and returns once it is stored. */
export const complete = runnerProcedure
  .input(completeInputSchema)
  .mutation(({ ctx, input }) => completeRun(ctx.deps, input));

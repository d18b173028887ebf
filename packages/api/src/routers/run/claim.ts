import { claimInputSchema } from '@aideator/contract/run-spec';
import { claimRun } from '../../services/collection/claim-run.ts';
import { runnerProcedure } from '../../trpc.ts';

/** Gives a run to the first process that claims it. */
export const claim = runnerProcedure
  .input(claimInputSchema)
  .mutation(({ ctx, input }) => claimRun(ctx.deps, input));

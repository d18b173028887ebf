import { claimInputSchema } from '@aideator/contract/run-spec';
import { claimRun } from '../../services/claim-run.ts';
import { runnerProcedure } from '../../trpc.ts';

/** Gives a run to the process that claims it first. */
export const claim = runnerProcedure
  .input(claimInputSchema)
  .mutation(({ ctx, input }) => claimRun(ctx.deps, input));

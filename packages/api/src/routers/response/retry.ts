import { responseIdSchema } from '@aideator/contract/ids';
import { z } from 'zod';
import { retryResponse } from '../../services/retry-response.ts';
import { startingProcedure } from '../../trpc.ts';

/** Runs one model's answer once more; the turn is active again. */
export const retry = startingProcedure
  .input(z.object({ responseId: responseIdSchema }))
  .mutation(({ ctx, input }) => retryResponse(ctx.deps, { ...input, userId: ctx.person.id }));

import { responseIdSchema } from '@aideator/contract/ids';
import { z } from 'zod';
import { retryResponse } from '../../services/retry-response.ts';
import { personProcedure } from '../../trpc.ts';

/** Runs one model's answer once more; the turn is active again. */
export const retry = personProcedure
  .input(z.object({ responseId: responseIdSchema }))
  .mutation(({ ctx, input }) => retryResponse(ctx.deps, { ...input, userId: ctx.person.id }));

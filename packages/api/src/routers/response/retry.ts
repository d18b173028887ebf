import { responseIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';
import { retryResponse } from '../../services/turns/retry-response.ts';
import { startingProcedure } from '../../trpc.ts';

/** Retries one response. The turn becomes active again. */
export const retry = startingProcedure
  .input(z.object({ responseId: responseIdSchema }))
  .mutation(({ ctx, input }) => retryResponse(ctx.deps, { ...input, userId: ctx.person.id }));

import { responseIdSchema } from '@aideator/contract/id-schemas';
import { attemptSchema } from '@aideator/contract/stored-values';
import { z } from 'zod';
import { getResponseText } from '../../services/viewing/response-text.ts';
import { personProcedure } from '../../trpc.ts';

/** The whole text and reasoning of one response. */
export const text = personProcedure
  .input(z.object({ responseId: responseIdSchema, attempt: attemptSchema }))
  .query(({ ctx, input }) => getResponseText(ctx.deps, { ...input, userId: ctx.person.id }));

import { sessionIdSchema } from '@aideator/contract/id-schemas';
import { STORED_INTEGER_MAX } from '@aideator/contract/limits';
import { z } from 'zod';
import { listOlderTurns } from '../../services/turns/sessions.ts';
import { personProcedure } from '../../trpc.ts';

/** The page of turns before a turn number, oldest first. */
export const turns = personProcedure
  .input(z.object({ sessionId: sessionIdSchema, before: z.number().int().min(1).max(STORED_INTEGER_MAX) }))
  .query(({ ctx, input }) => listOlderTurns(ctx.deps, { ...input, userId: ctx.person.id }));

import { sessionIdSchema } from '@aideator/contract/ids';
import { z } from 'zod';
import { getSessionDetail } from '../../services/sessions.ts';
import { personProcedure } from '../../trpc.ts';

/** A session with all its turns, oldest first. */
export const get = personProcedure
  .input(z.object({ sessionId: sessionIdSchema }))
  .query(({ ctx, input }) => getSessionDetail(ctx.deps, { ...input, userId: ctx.person.id }));

import { sessionIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';
import { getSessionDetail } from '../../services/turns/sessions.ts';
import { personProcedure } from '../../trpc.ts';

/** A session with its newest turns, oldest first. `session.turns` returns older ones. */
export const get = personProcedure
  .input(z.object({ sessionId: sessionIdSchema }))
  .query(({ ctx, input }) => getSessionDetail(ctx.deps, { ...input, userId: ctx.person.id }));

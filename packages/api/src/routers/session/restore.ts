import { sessionIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';
import { restoreSession } from '../../services/turns/sessions.ts';
import { personProcedure } from '../../trpc.ts';

/** Undoes `session.delete`. */
export const restore = personProcedure
  .input(z.object({ sessionId: sessionIdSchema }))
  .mutation(({ ctx, input }) => restoreSession(ctx.deps, { ...input, userId: ctx.person.id }));

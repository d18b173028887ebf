import { sessionIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';
import { deleteSession } from '../../services/turns/sessions.ts';
import { personProcedure } from '../../trpc.ts';

/** Deletes a session; `session.restore` brings it back until `undoUntil`. Its runs are cancelled. */
export const remove = personProcedure
  .input(z.object({ sessionId: sessionIdSchema }))
  .mutation(({ ctx, input }) => deleteSession(ctx.deps, { ...input, userId: ctx.person.id }));

import { sessionIdSchema } from '@aideator/contract/ids';
import { z } from 'zod';
import { deleteSession } from '../../services/sessions.ts';
import { personProcedure } from '../../trpc.ts';

/** Deletes a session; `session.restore` brings it back until `undoUntil`. Its runs are stopped. */
export const remove = personProcedure
  .input(z.object({ sessionId: sessionIdSchema }))
  .mutation(({ ctx, input }) => deleteSession(ctx.deps, { ...input, userId: ctx.person.id }));

import { sessionIdSchema } from '@aideator/contract/id-schemas';
import { z } from 'zod';
import { renameSession } from '../../services/turns/sessions.ts';
import { personProcedure } from '../../trpc.ts';
import { titleSchema } from './title-schema.ts';

/** Names a session. */
export const rename = personProcedure
  .input(z.object({ sessionId: sessionIdSchema, title: titleSchema }))
  .mutation(({ ctx, input }) => renameSession(ctx.deps, { ...input, userId: ctx.person.id }));

import { z } from 'zod';
import { createSession } from '../../services/turns/sessions.ts';
import { personProcedure } from '../../trpc.ts';
import { titleSchema } from './title-schema.ts';

/** Creates an empty session. `turn.submit` without a session creates one by itself. */
export const create = personProcedure
  .input(z.object({ title: titleSchema.optional() }))
  .mutation(({ ctx, input }) => createSession(ctx.deps, { ...input, userId: ctx.person.id }));

import { z } from 'zod';
import { createSession } from '../../services/sessions.ts';
import { personProcedure } from '../../trpc.ts';
import { titleSchema } from './title-schema.ts';

/** An empty session; `turn.submit` without a session makes one by itself. */
export const create = personProcedure
  .input(z.object({ title: titleSchema.optional() }))
  .mutation(({ ctx, input }) => createSession(ctx.deps, { ...input, userId: ctx.person.id }));

import { SESSION_PAGE_SIZE_MAX } from '@aideator/contract/limits';
import { z } from 'zod';
import { listSessions } from '../../services/turns/sessions.ts';
import { personProcedure } from '../../trpc.ts';

const input = z.object({
  cursor: z.string().max(200).nullish(),
  limit: z.number().int().min(1).max(SESSION_PAGE_SIZE_MAX).optional(),
});

/** A page of the person's sessions, most recently used first. */
export const list = personProcedure
  .input(input)
  .query(({ ctx, input: given }) => listSessions(ctx.deps, { ...given, userId: ctx.person.id }));

import { SESSION_PAGE_SIZE_MAX } from '@aideator/contract/limits';
import { listSessions } from '@aideator/db/queries/sessions';
import { z } from 'zod';
import { sessionView } from '../../services/views.ts';
import { personProcedure } from '../../trpc.ts';

const input = z.object({
  cursor: z.string().max(200).nullish(),
  limit: z.number().int().min(1).max(SESSION_PAGE_SIZE_MAX).optional(),
});

/** A person's sessions, the one used last first. */
export const list = personProcedure.input(input).query(async ({ ctx, input: { cursor, limit } }) => {
  const page = await listSessions(ctx.deps.db, {
    userId: ctx.person.id,
    cursor,
    ...(limit === undefined ? {} : { limit }),
  });
  return { items: page.items.map(sessionView), nextCursor: page.nextCursor };
});

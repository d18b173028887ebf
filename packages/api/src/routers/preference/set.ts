import { responseIdSchema, turnIdSchema } from '@aideator/contract/ids';
import { FEEDBACK_CHARS_MAX } from '@aideator/contract/limits';
import { setPreference } from '@aideator/db/queries/preferences';
import { z } from 'zod';
import { preferenceView } from '../../services/views.ts';
import { personProcedure } from '../../trpc.ts';

const input = z.object({
  turnId: turnIdSchema,
  verdict: z.enum(['response', 'tie', 'none']),
  responseId: responseIdSchema.optional(),
  feedback: z
    .string()
    .trim()
    .max(FEEDBACK_CHARS_MAX)
    .refine((text) => !text.includes('\0'), 'cannot hold a NUL character')
    .optional(),
});

/** The person's verdict on a turn; replaces the one before, which is kept as history. */
export const set = personProcedure.input(input).mutation(async ({ ctx, input: given }) =>
  preferenceView(
    await setPreference(ctx.deps.db, {
      turnId: given.turnId,
      userId: ctx.person.id,
      verdict: given.verdict,
      responseId: given.responseId ?? null,
      feedback: given.feedback || null,
    }),
  ),
);

import { sessionIdSchema } from '@aideator/contract/ids';
import { TURN_MODES } from '@aideator/contract/statuses';
import { z } from 'zod';
import { submitTurn } from '../../services/submit-turn.ts';
import { startingProcedure } from '../../trpc.ts';

/** Lengths and numbers have codes of their own, so they are checked by the service; here only what no page would send. */
const input = z.object({
  sessionId: sessionIdSchema.optional(),
  prompt: z.string(),
  modelIds: z.array(z.string().min(1).max(300)).max(100),
  mode: z.enum(TURN_MODES),
  idempotencyKey: z.string().min(8).max(100),
});

/** Sends one prompt to the chosen models, or to the one that the session goes on with. */
export const submit = startingProcedure
  .input(input)
  .mutation(({ ctx, input: given }) => submitTurn(ctx.deps, { ...given, userId: ctx.person.id }));

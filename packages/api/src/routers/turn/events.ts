import { AppError } from '@aideator/contract/errors';
import { turnIdSchema } from '@aideator/contract/ids';
import { tracked } from '@trpc/server';
import { z } from 'zod';
import { toTrpcError } from '../../errors.ts';
import { watchTurn } from '../../services/watch-turn.ts';
import { personProcedure } from '../../trpc.ts';

const EVENT_ID_CHARS_MAX = 40;

/** `lastEventId` must be declared, or the reconnecting client's is stripped and nothing resumes. Junk counts as none. */
const input = z.object({
  turnId: turnIdSchema,
  lastEventId: z.string().max(EVENT_ID_CHARS_MAX).optional().catch(undefined),
});

/** The live stream of a turn: a snapshot, frames, `done`. Ends by itself; a reconnect goes on where it was. */
export const events = personProcedure.input(input).subscription(async function* ({
  ctx,
  input: given,
  signal,
}) {
  const watched = watchTurn(ctx.deps, {
    userId: ctx.person.id,
    turnId: given.turnId,
    lastEventId: given.lastEventId,
    signal: signal ?? new AbortController().signal,
  });
  try {
    for await (const { id, event } of watched) yield tracked(id, event);
  } catch (error) {
    // What a generator throws does not pass the middleware; unmapped it would be opened again and again.
    throw error instanceof AppError ? toTrpcError(error) : error;
  }
});

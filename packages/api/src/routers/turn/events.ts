import { AppError } from '@aideator/contract/errors';
import { turnIdSchema } from '@aideator/contract/id-schemas';
import { tracked } from '@trpc/server';
import { z } from 'zod';
import { toTrpcError } from '../../errors.ts';
import { streamTurn } from '../../services/viewing/stream-turn.ts';
import { personProcedure } from '../../trpc.ts';

const EVENT_ID_CHARS_MAX = 40;

/** The schema must have `lastEventId`, or the id of a reconnecting client is stripped. An invalid one counts as absent. */
const input = z.object({
  turnId: turnIdSchema,
  lastEventId: z.string().max(EVENT_ID_CHARS_MAX).optional().catch(undefined),
});

/** The live stream of a turn: a snapshot, frames, `done`. Ends by itself. A reconnect continues where it was. */
export const events = personProcedure.input(input).subscription(async function* ({
  ctx,
  input: given,
  signal,
}) {
  const watched = streamTurn(ctx.deps, {
    userId: ctx.person.id,
    turnId: given.turnId,
    lastEventId: given.lastEventId,
    signal: signal ?? new AbortController().signal,
  });
  try {
    for await (const { id, event } of watched) yield tracked(id, event);
  } catch (error) {
    // Errors thrown by a generator bypass the middleware. Unmapped, the client would reopen the stream endlessly.
    throw error instanceof AppError ? toTrpcError(error) : error;
  }
});

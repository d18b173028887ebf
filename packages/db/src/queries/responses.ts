import type { ResponseId, UserId } from '@aideator/contract/ids';
import { and, eq, isNull, type SQL } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Response, responses } from '../schema/responses.ts';
import { sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';

export interface OwnedResponse {
  response: Response;
  turn: Turn;
}

/** Condition on joined turns and sessions: this response, of this person, in a session that is not deleted. */
export function isOwnResponse(params: { userId: UserId; responseId: ResponseId }): SQL | undefined {
  return and(
    eq(responses.id, params.responseId),
    eq(sessions.userId, params.userId),
    isNull(sessions.deletedAt),
  );
}

export async function getResponse(
  db: DbOrTx,
  params: { userId: UserId; responseId: ResponseId },
): Promise<OwnedResponse | undefined> {
  const [row] = await db
    .select({ response: responses, turn: turns })
    .from(responses)
    .innerJoin(turns, eq(turns.id, responses.turnId))
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(isOwnResponse(params));
  return row;
}

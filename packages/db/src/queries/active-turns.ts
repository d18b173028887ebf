import type { SessionId, TurnId } from '@aideator/contract/ids';
import { UNFINISHED_STATUSES } from '@aideator/contract/statuses';
import { and, eq, inArray, ne } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { responses } from '../schema/responses.ts';
import { turns } from '../schema/turns.ts';

/** True while a turn of the session other than this one has a response without an outcome. Ownership is not checked. */
export async function hasOtherActiveTurn(
  db: DbOrTx,
  params: { sessionId: SessionId; turnId: TurnId },
): Promise<boolean> {
  const rows = await db
    .select({ id: responses.id })
    .from(responses)
    .innerJoin(turns, eq(turns.id, responses.turnId))
    .where(
      and(
        eq(turns.sessionId, params.sessionId),
        ne(turns.id, params.turnId),
        inArray(responses.status, [...UNFINISHED_STATUSES]),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

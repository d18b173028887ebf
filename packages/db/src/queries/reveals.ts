import type { TurnId, UserId } from '@aideator/contract/ids';
import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { sessions } from '../schema/sessions.ts';
import { turns } from '../schema/turns.ts';

/** Reveals a person's blind turn for good. Returns false if there is no such turn, or it was revealed before. */
export async function revealTurn(db: DbOrTx, params: { userId: UserId; turnId: TurnId }): Promise<boolean> {
  const ownSessions = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, params.userId), isNull(sessions.deletedAt)));
  const rows = await db
    .update(turns)
    .set({ revealedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(turns.id, params.turnId),
        inArray(turns.sessionId, ownSessions),
        turns.isBlind,
        isNull(turns.revealedAt),
      ),
    )
    .returning({ id: turns.id });
  return rows.length > 0;
}

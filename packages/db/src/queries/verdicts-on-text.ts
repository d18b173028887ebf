import type { ResponseId, TurnId } from '@aideator/contract/ids';
import { and, eq, exists, isNull, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { ballotEntries } from '../schema/ballot-entries.ts';
import { preferences } from '../schema/preferences.ts';

/** Ends the current verdicts that name a response, because its text is dropped. The caller holds the lock of the turn. */
export async function supersedeNaming(
  tx: DbOrTx,
  params: { turnId: TurnId; responseId: ResponseId },
): Promise<void> {
  const naming = tx
    .select({ id: ballotEntries.responseId })
    .from(ballotEntries)
    .where(
      and(
        eq(ballotEntries.preferenceId, preferences.id),
        eq(ballotEntries.responseId, params.responseId),
        sql`(${ballotEntries.tier} is not null or ${ballotEntries.isWorst})`,
      ),
    );
  await tx
    .update(preferences)
    .set({ supersededAt: sql`clock_timestamp()` })
    .where(and(eq(preferences.turnId, params.turnId), isNull(preferences.supersededAt), exists(naming)));
}

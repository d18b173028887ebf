import { AppError } from '@aideator/contract/errors';
import { newId } from '@aideator/contract/ids';
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Preference, preferences, type Verdict } from '../schema/preferences.ts';
import { responses } from '../schema/responses.ts';
import { sessions } from '../schema/sessions.ts';
import { turns } from '../schema/turns.ts';

export interface SetPreferenceInput {
  turnId: string;
  userId: string;
  verdict: Verdict;
  /** Set when, and only when, the verdict is `response`. */
  responseId?: string | null;
  feedback?: string | null;
}

/**
 * Makes this the person's current verdict on the turn; the one before stays as history.
 * Throws AppError `not_found` for a turn or response that is not theirs, `invalid_input` when verdict and response do not fit.
 */
export async function setPreference(db: DbOrTx, input: SetPreferenceInput): Promise<Preference> {
  const responseId = input.responseId ?? null;
  if ((input.verdict === 'response') !== (responseId !== null)) {
    throw new AppError('invalid_input', 'verdict and response do not fit');
  }
  return db.transaction(async (tx) => {
    await lockOwnTurn(tx, input);
    if (responseId !== null) await checkOfTurn(tx, { turnId: input.turnId, responseId });
    await supersede(tx, input);
    const [preference] = await tx
      .insert(preferences)
      .values({
        id: newId('preference'),
        turnId: input.turnId,
        userId: input.userId,
        verdict: input.verdict,
        responseId,
        feedback: input.feedback ?? null,
      })
      .returning();
    if (!preference) throw new Error('insert returned no row');
    return preference;
  });
}

/** Takes the current verdict back. False when there was none. Throws AppError `not_found` for a turn that is not theirs. */
export async function clearPreference(
  db: DbOrTx,
  params: { turnId: string; userId: string },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    await lockOwnTurn(tx, params);
    return (await supersede(tx, params)) > 0;
  });
}

/** The turn row is the lock of its verdicts, so that there is one current at any time. */
async function lockOwnTurn(tx: DbOrTx, params: { turnId: string; userId: string }): Promise<void> {
  const [turn] = await tx
    .select({ id: turns.id })
    .from(turns)
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(and(eq(turns.id, params.turnId), eq(sessions.userId, params.userId), isNull(sessions.deletedAt)))
    .for('no key update', { of: turns });
  if (!turn) throw new AppError('not_found', 'no such turn');
}

async function checkOfTurn(tx: DbOrTx, params: { turnId: string; responseId: string }): Promise<void> {
  const [response] = await tx
    .select({ id: responses.id })
    .from(responses)
    .where(and(eq(responses.id, params.responseId), eq(responses.turnId, params.turnId)));
  if (!response) throw new AppError('not_found', 'no such response of this turn');
}

async function supersede(tx: DbOrTx, params: { turnId: string; userId: string }): Promise<number> {
  const rows = await tx
    .update(preferences)
    .set({ supersededAt: sql`now()` })
    .where(
      and(
        eq(preferences.turnId, params.turnId),
        eq(preferences.userId, params.userId),
        isNull(preferences.supersededAt),
      ),
    )
    .returning({ id: preferences.id });
  return rows.length;
}

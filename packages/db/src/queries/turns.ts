import { AppError } from '@aideator/contract/errors';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import type { TurnMode } from '@aideator/contract/statuses';
import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Preference, preferences } from '../schema/preferences.ts';
import { type Response, responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';
import { isLiveSession } from './sessions.ts';

/** A run as it is first written. */
export interface NewRun {
  id: string;
  /** Hex. */
  tokenSha256: string;
  /** Decimal text. */
  reservedUsd: string;
  ownKeyProvider: string | null;
  parameters: SamplingParameters;
}

export interface CreateTurnInput {
  id: string;
  sessionId: string;
  userId: string;
  mode: TurnMode;
  prompt: string;
  idempotencyKey: string;
  responses: {
    id: string;
    position: number;
    modelId: string;
    modelName: string;
    provider?: string | null;
    run: NewRun & { attempt: 1 };
  }[];
}

/** A turn with all that a page shows of it. */
export interface TurnDetail {
  turn: Turn;
  /** Ordered by position. */
  responses: Response[];
  /** The person's current verdict. */
  preference: Preference | null;
}

/**
 * Inserts a turn, its responses and their runs, all `pending`, and moves the session to the top. The same idempotency
 * key of the same person answers the turn that is there, with `created: false`.
 * Throws AppError `not_found` when the session is not the person's or deleted.
 */
export async function createTurn(
  db: DbOrTx,
  input: CreateTurnInput,
): Promise<{ turn: Turn; created: boolean }> {
  return db.transaction(async (tx) => {
    // The session row is the lock of its turns' numbers.
    const [session] = await tx
      .select({ id: sessions.id })
      .from(sessions)
      .where(isLiveSession(input))
      .for('no key update');
    if (!session) throw new AppError('not_found', 'no such session');
    const turn = await insertTurn(tx, input);
    if (!turn) return { turn: await getTurnByKey(tx, input), created: false };
    await tx.insert(responses).values(
      input.responses.map(({ run, ...response }) => ({
        ...response,
        turnId: turn.id,
        attempt: run.attempt,
        status: 'pending' as const,
      })),
    );
    await tx
      .insert(runs)
      .values(input.responses.map(({ id, run }) => ({ ...run, responseId: id, status: 'pending' as const })));
    await tx.update(sessions).set({ updatedAt: sql`now()` }).where(eq(sessions.id, input.sessionId));
    return { turn, created: true };
  });
}

async function insertTurn(tx: DbOrTx, input: CreateTurnInput): Promise<Turn | undefined> {
  const [last] = await tx
    .select({ number: sql<number>`coalesce(max(${turns.number}), 0)::int` })
    .from(turns)
    .where(eq(turns.sessionId, input.sessionId));
  const [turn] = await tx
    .insert(turns)
    .values({
      id: input.id,
      sessionId: input.sessionId,
      userId: input.userId,
      number: (last?.number ?? 0) + 1,
      mode: input.mode,
      prompt: input.prompt,
      idempotencyKey: input.idempotencyKey,
    })
    .onConflictDoNothing({ target: [turns.userId, turns.idempotencyKey] })
    .returning();
  return turn;
}

async function getTurnByKey(tx: DbOrTx, params: { userId: string; idempotencyKey: string }): Promise<Turn> {
  const [turn] = await tx
    .select()
    .from(turns)
    .where(and(eq(turns.userId, params.userId), eq(turns.idempotencyKey, params.idempotencyKey)));
  if (!turn) throw new AppError('conflict', 'the turn of this idempotency key is gone');
  return turn;
}

export async function getTurn(
  db: DbOrTx,
  params: { userId: string; turnId: string },
): Promise<TurnDetail | undefined> {
  const [detail] = await loadTurns(db, { userId: params.userId, where: eq(turns.id, params.turnId) });
  return detail;
}

/** All turns of a session, oldest first; three queries whatever their number. */
export async function listTurns(
  db: DbOrTx,
  params: { userId: string; sessionId: string },
): Promise<TurnDetail[]> {
  return loadTurns(db, { userId: params.userId, where: eq(turns.sessionId, params.sessionId) });
}

async function loadTurns(db: DbOrTx, params: { userId: string; where: SQL }): Promise<TurnDetail[]> {
  const rows = await db
    .select({ turn: turns })
    .from(turns)
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(and(params.where, eq(sessions.userId, params.userId), isNull(sessions.deletedAt)))
    .orderBy(asc(turns.number));
  const ids = rows.map((row) => row.turn.id);
  if (ids.length === 0) return [];
  const answers = await db
    .select()
    .from(responses)
    .where(inArray(responses.turnId, ids))
    .orderBy(asc(responses.position));
  const verdicts = await db
    .select()
    .from(preferences)
    .where(
      and(
        inArray(preferences.turnId, ids),
        eq(preferences.userId, params.userId),
        isNull(preferences.supersededAt),
      ),
    );
  const answersOf = Map.groupBy(answers, (answer) => answer.turnId);
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.turnId, verdict]));
  return rows.map(({ turn }) => ({
    turn,
    responses: answersOf.get(turn.id) ?? [],
    preference: verdictOf.get(turn.id) ?? null,
  }));
}

import { AppError } from '@aideator/contract/errors';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import type { TurnMode } from '@aideator/contract/statuses';
import { and, asc, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Preference, preferences } from '../schema/preferences.ts';
import { type Response, responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { type Session, sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';
import { hasOtherActiveTurn } from './active-turns.ts';
import { leaseEnd } from './leases.ts';
import { createSession, isLiveSession } from './sessions.ts';

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
  /** Makes the session, under `sessionId`; without it the session is there. */
  newSession?: { title: string } | undefined;
  /** Refuses the turn while another one of the session has a response without an outcome. */
  exclusive?: boolean;
  /** The turn begins at epoch 1, collected by `owner`; without it at epoch 0, collected by nobody. */
  lease?: { owner: string; leaseSeconds: number };
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

export type CreatedTurn =
  | { created: true; turn: Turn; session: Session; responses: Response[] }
  | { created: false; turn: Turn };

/** A turn with all that a page shows of it. */
export interface TurnDetail {
  turn: Turn;
  /** Ordered by position. */
  responses: Response[];
  /** The person's current verdict. */
  preference: Preference | null;
}

/** Rolls a transaction back: this person's turn of this idempotency key is there already. */
class TurnExists extends Error {}

/**
 * Inserts a turn, its responses and their runs, all `pending`, and moves the session to the top. The same idempotency
 * key of the same person answers the turn that is there, with `created: false`, and changes nothing.
 * Throws AppError `not_found` when the session is not the person's or deleted, `turn_active` where `exclusive` says so.
 */
export async function createTurn(db: DbOrTx, input: CreateTurnInput): Promise<CreatedTurn> {
  try {
    return await db.transaction(async (tx) => {
      const session = input.newSession
        ? await createSession(tx, { ...input.newSession, id: input.sessionId, userId: input.userId })
        : await lockSession(tx, input);
      const turn = await insertTurn(tx, input);
      const answers = await insertResponses(tx, input);
      if (input.exclusive && !input.newSession) await refuseSecondActiveTurn(tx, input);
      return { created: true, turn, session, responses: answers };
    });
  } catch (error) {
    if (!(error instanceof TurnExists)) throw error;
    return { created: false, turn: await getTurnByKey(db, input) };
  }
}

/** The session's row is the lock of its turns' numbers; also moves it to the top. */
async function lockSession(tx: DbOrTx, input: CreateTurnInput): Promise<Session> {
  const [session] = await tx
    .update(sessions)
    .set({ updatedAt: sql`now()` })
    .where(isLiveSession(input))
    .returning();
  if (!session) throw new AppError('not_found', 'no such session');
  return session;
}

async function insertTurn(tx: DbOrTx, input: CreateTurnInput): Promise<Turn> {
  const { id, sessionId, userId, mode, prompt, idempotencyKey, lease } = input;
  const [turn] = await tx
    .insert(turns)
    .values({
      id,
      sessionId,
      userId,
      number: sql`(select coalesce(max(${turns.number}), 0) + 1 from ${turns} where ${turns.sessionId} = ${sessionId})`,
      mode,
      prompt,
      idempotencyKey,
      ...(lease && { epoch: 1, leaseOwner: lease.owner, leaseUntil: leaseEnd(lease.leaseSeconds) }),
    })
    .onConflictDoNothing({ target: [turns.userId, turns.idempotencyKey] })
    .returning();
  if (!turn) throw new TurnExists();
  return turn;
}

async function insertResponses(tx: DbOrTx, input: CreateTurnInput): Promise<Response[]> {
  const inserted = await tx
    .insert(responses)
    .values(
      input.responses.map(({ run, ...response }) => ({
        ...response,
        turnId: input.id,
        attempt: run.attempt,
        status: 'pending' as const,
      })),
    )
    .returning();
  await tx
    .insert(runs)
    .values(input.responses.map(({ id, run }) => ({ ...run, responseId: id, status: 'pending' as const })));
  return inserted.sort((a, b) => a.position - b.position);
}

async function refuseSecondActiveTurn(tx: DbOrTx, input: CreateTurnInput): Promise<void> {
  const { sessionId, id: turnId } = input;
  if (await hasOtherActiveTurn(tx, { sessionId, turnId })) throw new AppError('turn_active');
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

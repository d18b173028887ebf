import { AppError } from '@aideator/contract/errors';
import type { ResponseId, RunId, SessionId, TurnId, UserId } from '@aideator/contract/ids';
import type { SamplingParameters } from '@aideator/contract/run-spec';
import type { RevealPace, TurnMode } from '@aideator/contract/statuses';
import { and, eq, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Response, responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { type Session, sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';
import { hasOtherActiveTurn } from './active-turns.ts';
import { leaseEnd } from './leases.ts';
import { lockFreePlaces, type RunLimits } from './places.ts';
import { createSession, isLiveSession } from './sessions.ts';
import { loadTurns, type TurnDetail } from './turn-pages.ts';

/** A new run. */
export interface NewRun {
  id: RunId;
  /** Hex. */
  tokenSha256: string;
  /** Decimal text. */
  reservedUsd: string;
  ownKeyProvider: string | null;
  parameters: SamplingParameters;
}

export interface CreateTurnInput {
  id: TurnId;
  sessionId: SessionId;
  /** Creates the session with the id `sessionId`. Without it the session must exist. */
  newSession?: { title: string } | undefined;
  /** Refuses the turn while another turn of the session has an unfinished response. */
  exclusive?: boolean;
  /** If set, the turn starts at epoch 1 with `owner` as its collector. Otherwise it starts at epoch 0 without a collector. */
  lease?: { owner: string; leaseSeconds: number };
  /** If set, the first runs get the person's free places at once. The others wait for `takePlaces`. */
  runLimits?: RunLimits;
  userId: UserId;
  mode: TurnMode;
  prompt: string;
  idempotencyKey: string;
  /** Makes the turn blind. */
  revealPace?: RevealPace | undefined;
  responses: {
    id: ResponseId;
    position: number;
    modelId: string;
    modelName: string;
    provider?: string | null;
    /** Set by the person. */
    parameters?: SamplingParameters | undefined;
    run: NewRun & { attempt: 1 };
  }[];
}

export type CreatedTurn =
  | { created: true; turn: Turn; session: Session; responses: Response[]; placed: RunId[] }
  | { created: false; turn: Turn };

/** Rolls back the transaction, because the person already has a turn with this idempotency key. */
class TurnExists extends Error {}

/**
 * Inserts a turn, its responses and their runs, all `pending`, and moves the session to the top. When the
 * person already has a turn with this idempotency key, it returns that turn with `created: false` and changes nothing.
 * Throws AppError `not_found` for a deleted session or one of another person, `turn_active` if `exclusive` refuses it, and
 * `too_many_runs` if `runLimits` do.
 */
export async function createTurn(db: DbOrTx, input: CreateTurnInput): Promise<CreatedTurn> {
  try {
    return await db.transaction(async (tx) => {
      const session = input.newSession
        ? await createSession(tx, { ...input.newSession, id: input.sessionId, userId: input.userId })
        : await lockSession(tx, input);
      const turn = await insertTurn(tx, input);
      const inserted = await insertResponses(tx, input);
      if (input.exclusive && !input.newSession) await refuseSecondActiveTurn(tx, input);
      // Last, because it makes the person's other turns wait.
      const placed = await insertRuns(tx, input);
      return { created: true, turn, session, responses: inserted, placed };
    });
  } catch (error) {
    if (!(error instanceof TurnExists)) throw error;
    return { created: false, turn: await getTurnByKey(db, input) };
  }
}

/** Locks the session, so that turns get consecutive numbers, and moves it to the top. */
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
  const { id, sessionId, userId, mode, prompt, idempotencyKey, revealPace, lease } = input;
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
      ...(revealPace && { isBlind: true, revealPace }),
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
  return inserted.sort((a, b) => a.position - b.position);
}

/** Returns the runs that got a place. */
async function insertRuns(
  tx: DbOrTx,
  { userId, runLimits, responses: made }: CreateTurnInput,
): Promise<RunId[]> {
  const free = runLimits === undefined ? 0 : await lockFreePlaces(tx, { userId, ...runLimits });
  await tx.insert(runs).values(
    made.map(({ id, run }, i) => ({
      ...run,
      responseId: id,
      status: 'pending' as const,
      ...(i < free && { placedAt: sql`now()` }),
    })),
  );
  return made.slice(0, free).map(({ run }) => run.id);
}

async function refuseSecondActiveTurn(tx: DbOrTx, input: CreateTurnInput): Promise<void> {
  const { sessionId, id: turnId } = input;
  if (await hasOtherActiveTurn(tx, { sessionId, turnId })) throw new AppError('turn_active');
}

async function getTurnByKey(tx: DbOrTx, params: { userId: UserId; idempotencyKey: string }): Promise<Turn> {
  const [turn] = await tx
    .select()
    .from(turns)
    .where(and(eq(turns.userId, params.userId), eq(turns.idempotencyKey, params.idempotencyKey)));
  if (!turn) throw new AppError('conflict', 'the turn of this idempotency key is gone');
  return turn;
}

export async function getTurn(
  db: DbOrTx,
  params: { userId: UserId; turnId: TurnId },
): Promise<TurnDetail | undefined> {
  const [detail] = await loadTurns(db, {
    userId: params.userId,
    where: eq(turns.id, params.turnId),
    isWhole: true,
  });
  return detail;
}

/** All turns of a session, oldest first, with whole answers. For the server itself, not for pages. */
export async function listTurns(
  db: DbOrTx,
  params: { userId: UserId; sessionId: SessionId },
): Promise<TurnDetail[]> {
  return loadTurns(db, {
    userId: params.userId,
    where: eq(turns.sessionId, params.sessionId),
    isWhole: true,
  });
}

import type { ResponseId, RunId, SessionId, TurnId, UserId } from '@aideator/contract/ids';
import { TERMINAL_STATUSES, UNFINISHED_STATUSES } from '@aideator/contract/statuses';
import { and, asc, eq, gt, inArray, isNull, notInArray, or, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Response, responses } from '../schema/responses.ts';
import { type Run, runs } from '../schema/runs.ts';
import { sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';

/** A run with its response, turn, session and person. For the server only: ownership is not checked. */
export interface RunDetail {
  run: Run;
  response: Response;
  turn: Turn;
  sessionId: SessionId;
  userId: UserId;
}

function selectRuns(db: DbOrTx) {
  return db
    .select({
      run: runs,
      response: responses,
      turn: turns,
      sessionId: sessions.id,
      userId: sessions.userId,
    })
    .from(runs)
    .innerJoin(responses, eq(responses.id, runs.responseId))
    .innerJoin(turns, eq(turns.id, responses.turnId))
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .$dynamic();
}

/** A run, for collectors and the runners' router. Ownership is not checked. */
export async function getRunForCollector(
  db: DbOrTx,
  params: { runId: RunId },
): Promise<RunDetail | undefined> {
  const [row] = await selectRuns(db).where(eq(runs.id, params.runId));
  return row;
}

/** The current run of each response of a turn, ordered by position. Ownership is not checked. */
export async function listCurrentRuns(db: DbOrTx, params: { turnId: TurnId }): Promise<RunDetail[]> {
  return selectRuns(db)
    .where(and(eq(turns.id, params.turnId), eq(runs.attempt, responses.attempt)))
    .orderBy(asc(responses.position));
}

/** At most `limit` unfinished runs after `afterId`, ordered by id. For adoption and sweeping. */
export async function listUnfinishedRuns(
  db: DbOrTx,
  params: { limit: number; afterId?: RunId; turnId?: TurnId },
): Promise<RunDetail[]> {
  return selectRuns(db)
    .where(
      and(
        inArray(runs.status, [...UNFINISHED_STATUSES]),
        params.afterId ? gt(runs.id, params.afterId) : undefined,
        params.turnId ? eq(turns.id, params.turnId) : undefined,
      ),
    )
    .orderBy(asc(runs.id))
    .limit(params.limit);
}

export interface ClaimInput {
  runId: RunId;
  attempt: number;
  /** Hex. */
  tokenSha256: string;
  /** Hex. */
  nonceSha256: string;
  now: Date;
}

/**
 * Gives a run to the first process that claims it and marks it as `running`. A repeated claim with the same nonce
 * succeeds again. Refused: an unknown run, a wrong token, a run that another process claimed or that is over, an old attempt.
 */
export async function markClaimed(db: DbOrTx, input: ClaimInput): Promise<RunDetail | 'refused'> {
  const current = db
    .select({ id: responses.id })
    .from(responses)
    .where(and(eq(responses.id, runs.responseId), eq(responses.attempt, input.attempt)));
  const [claimed] = await db
    .update(runs)
    .set({
      nonceSha256: input.nonceSha256,
      status: 'running',
      claimedAt: sql`coalesce(${runs.claimedAt}, ${input.now.toISOString()}::timestamptz)`,
    })
    .where(
      and(
        eq(runs.id, input.runId),
        eq(runs.attempt, input.attempt),
        eq(runs.tokenSha256, input.tokenSha256),
        notInArray(runs.status, [...TERMINAL_STATUSES]),
        or(isNull(runs.nonceSha256), eq(runs.nonceSha256, input.nonceSha256)),
        inArray(runs.responseId, current),
      ),
    )
    .returning({ id: runs.id, responseId: runs.responseId });
  if (!claimed) return 'refused';
  const [detail] = await Promise.all([
    getRunForCollector(db, { runId: claimed.id }),
    // Outside of the run's transaction, because recording locks the response first and nothing depends on this status.
    db
      .update(responses)
      .set({ status: 'running', updatedAt: sql`now()` })
      .where(
        and(
          eq(responses.id, claimed.responseId),
          eq(responses.attempt, input.attempt),
          eq(responses.status, 'pending'),
        ),
      ),
  ]);
  return detail ?? 'refused';
}

/** Marks the current runs of these responses as cancelled by the person. Only marked runs can end as `cancelled`. */
export async function requestCancel(
  db: DbOrTx,
  params: { responseIds: readonly ResponseId[] },
): Promise<void> {
  await db
    .update(runs)
    .set({ cancelRequestedAt: sql`coalesce(${runs.cancelRequestedAt}, now())` })
    .where(
      and(inArray(runs.responseId, [...params.responseIds]), inArray(runs.status, [...UNFINISHED_STATUSES])),
    );
}

/**
 * Locks the response, which also locks its runs. With an epoch it first locks the turn, so that no newer epoch can be
 * opened. Returns undefined for an unknown run, an old attempt or an old epoch.
 */
export async function lockRun(
  tx: DbOrTx,
  params: { runId: RunId; attempt: number; epoch?: number | undefined },
): Promise<RunDetail | undefined> {
  const detail = await getRunForCollector(tx, params);
  if (!detail || detail.run.attempt !== params.attempt) return undefined;
  if (params.epoch !== undefined) {
    const [turn] = await tx
      .select({ epoch: turns.epoch })
      .from(turns)
      .where(eq(turns.id, detail.turn.id))
      .for('share');
    if (turn?.epoch !== params.epoch) return undefined;
  }
  const [response] = await tx
    .select()
    .from(responses)
    .where(eq(responses.id, detail.response.id))
    .for('no key update');
  const [run] = await tx.select().from(runs).where(eq(runs.id, params.runId)).for('no key update');
  if (!response || !run || response.attempt !== params.attempt) return undefined;
  return { ...detail, response, run };
}

/**
 * Marks every unfinished run and its response as `interrupted`, ends all leases, and returns the number of runs.
 * Only for the start of a single server whose runs ended with it (the local backend).
 */
export async function markInterrupted(db: DbOrTx): Promise<number> {
  return db.transaction(async (tx) => {
    const stopped = await tx
      .update(runs)
      .set({ status: 'interrupted', finishedAt: sql`now()` })
      .where(inArray(runs.status, [...UNFINISHED_STATUSES]))
      .returning({ id: runs.id });
    await tx
      .update(responses)
      .set({ status: 'interrupted', errorCode: 'interrupted', errorDetail: null, updatedAt: sql`now()` })
      .where(inArray(responses.status, [...UNFINISHED_STATUSES]));
    await tx
      .update(turns)
      .set({ epoch: sql`${turns.epoch} + 1`, leaseOwner: null, leaseUntil: null })
      .where(sql`${turns.leaseUntil} is not null`);
    return stopped.length;
  });
}

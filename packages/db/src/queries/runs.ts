import { and, asc, eq, gt, inArray, isNull, notInArray, or, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Response, responses } from '../schema/responses.ts';
import { type Run, runs } from '../schema/runs.ts';
import { sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';
import { TERMINAL_STATUSES } from './responses.ts';

export const UNFINISHED_STATUSES = ['pending', 'running'] as const;

/** A run with what it belongs to. For the server itself: carries no check of ownership. */
export interface RunDetail {
  run: Run;
  response: Response;
  turn: Turn;
  sessionId: string;
  userId: string;
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

/** For collectors and the run's own router. Carries no check of ownership. */
export async function getRunForCollector(
  db: DbOrTx,
  params: { runId: string },
): Promise<RunDetail | undefined> {
  const [row] = await selectRuns(db).where(eq(runs.id, params.runId));
  return row;
}

/** The current run of each response of a turn, ordered by position. Carries no check of ownership. */
export async function listCurrentRuns(db: DbOrTx, params: { turnId: string }): Promise<RunDetail[]> {
  return selectRuns(db)
    .where(and(eq(turns.id, params.turnId), eq(runs.attempt, responses.attempt)))
    .orderBy(asc(responses.position));
}

/** Runs without an outcome, in order of their ids, `limit` at most; `afterId` goes on. For adoption and sweeping. */
export async function listUnfinishedRuns(
  db: DbOrTx,
  params: { limit: number; afterId?: string; turnId?: string },
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
  runId: string;
  attempt: number;
  /** Hex. */
  tokenSha256: string;
  /** Hex. */
  nonceSha256: string;
  now: Date;
}

/**
 * Gives a run to the one process that claims it first; it is `running` from then on. A repeat with the same nonce is
 * answered again. Refused: unknown, wrong token, another process had it, over, or not the current attempt.
 */
export async function claimRun(db: DbOrTx, input: ClaimInput): Promise<RunDetail | 'refused'> {
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
    // Not in one transaction with the run: recording locks the response first, and no decision rests on this.
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

/** Notes that the person wants these responses' current runs to stop: only then can they end as `cancelled`. */
export async function requestStop(db: DbOrTx, params: { responseIds: readonly string[] }): Promise<void> {
  await db
    .update(runs)
    .set({ stopRequestedAt: sql`coalesce(${runs.stopRequestedAt}, now())` })
    .where(
      and(inArray(runs.responseId, [...params.responseIds]), inArray(runs.status, [...UNFINISHED_STATUSES])),
    );
}

/**
 * Locks the response, and with it all its runs; with an epoch also the turn against a newer one. Always in this order.
 * Undefined: no such run, not the current attempt, or an older epoch.
 */
export async function lockRun(
  tx: DbOrTx,
  params: { runId: string; attempt: number; epoch?: number | undefined },
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
 * Marks every run without an outcome, and its response, as `interrupted`, and ends all leases; answers how many runs.
 * Only for a server that is alone and whose runs ended with it (the local backend), at its start.
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

import type { ResponseId, RunId, TurnId } from '@aideator/contract/ids';
import { UNFINISHED_STATUSES } from '@aideator/contract/statuses';
import { and, asc, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { turns } from '../schema/turns.ts';
import { lockRun } from './runs.ts';

/**
 * At most `limit` turns with an unfinished run and no collector: their lease expired, or they were stored more than
 * `graceSeconds` ago and never had a lease. Ownership is not checked.
 */
export async function listAbandonedTurns(
  db: DbOrTx,
  params: { graceSeconds: number; limit: number },
): Promise<TurnId[]> {
  const rows = await db
    .selectDistinct({ id: turns.id })
    .from(runs)
    .innerJoin(responses, and(eq(responses.id, runs.responseId), eq(responses.attempt, runs.attempt)))
    .innerJoin(turns, eq(turns.id, responses.turnId))
    .where(
      and(
        inArray(runs.status, [...UNFINISHED_STATUSES]),
        or(
          lte(turns.leaseUntil, sql`now()`),
          and(isNull(turns.leaseUntil), lt(runs.createdAt, secondsAgo(params.graceSeconds))),
        ),
      ),
    )
    .orderBy(asc(turns.id))
    .limit(params.limit);
  return rows.map(({ id }) => id);
}

export interface RunToAdopt {
  runId: RunId;
  attempt: number;
  responseId: ResponseId;
  modelId: string;
  /** True if a runner claimed it. */
  isClaimed: boolean;
  /** True if stored less than `graceSeconds` ago and never waiting: the process that stored it may be about to start it. */
  isFresh: boolean;
}

/** The current runs of a turn that have no outcome. Ownership is not checked. */
export async function listRunsToAdopt(
  db: DbOrTx,
  params: { turnId: TurnId; graceSeconds: number },
): Promise<RunToAdopt[]> {
  return db
    .select({
      runId: runs.id,
      attempt: runs.attempt,
      responseId: responses.id,
      modelId: responses.modelId,
      isClaimed: sql<boolean>`${runs.nonceSha256} is not null`,
      isFresh: sql<boolean>`${runs.createdAt} >= ${secondsAgo(params.graceSeconds)} and ${runs.waitedUntil} is null`,
    })
    .from(runs)
    .innerJoin(responses, and(eq(responses.id, runs.responseId), eq(responses.attempt, runs.attempt)))
    .where(and(eq(responses.turnId, params.turnId), inArray(runs.status, [...UNFINISHED_STATUSES])))
    .orderBy(asc(responses.position));
}

/**
 * Gives an unclaimed run a new token, so that it can be started again; only the hash of the first token is stored. Returns
 * false when the run was claimed, is over or is older than `ageSecondsMax`, and for an old epoch or attempt.
 */
export async function renewRunToken(
  db: DbOrTx,
  params: { runId: RunId; attempt: number; epoch: number; tokenSha256: string; ageSecondsMax: number },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const locked = await lockRun(tx, params);
    if (!locked) return false;
    const renewed = await tx
      .update(runs)
      .set({ tokenSha256: params.tokenSha256 })
      .where(
        and(
          eq(runs.id, params.runId),
          eq(runs.status, 'pending'),
          isNull(runs.nonceSha256),
          sql`coalesce(${runs.placedAt}, ${runs.waitedUntil}, ${runs.createdAt}) >= ${secondsAgo(params.ageSecondsMax)}`,
        ),
      )
      .returning({ id: runs.id });
    return renewed.length > 0;
  });
}

/** Returns the runs that ended at least `graceSeconds` ago or are unknown. */
export async function listOverRuns(
  db: DbOrTx,
  params: { runIds: readonly RunId[]; graceSeconds: number },
): Promise<RunId[]> {
  if (params.runIds.length === 0) return [];
  const needed = await db
    .select({ id: runs.id })
    .from(runs)
    .where(
      and(
        inArray(runs.id, [...params.runIds]),
        or(isNull(runs.finishedAt), gt(runs.finishedAt, secondsAgo(params.graceSeconds))),
      ),
    );
  const known = new Set(needed.map(({ id }) => id));
  return params.runIds.filter((id) => !known.has(id));
}

const secondsAgo = (seconds: number) => sql`now() - make_interval(secs => ${seconds})`;

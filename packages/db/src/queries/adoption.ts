import { and, asc, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { turns } from '../schema/turns.ts';
import { lockRun, UNFINISHED_STATUSES } from './runs.ts';

/**
 * Turns with a run without an outcome that nobody collects, `limit` at most: the lease ran out or was handed over, or
 * there was none within `graceSeconds` of the run's being stored. Carries no check of ownership.
 */
export async function listAbandonedTurns(
  db: DbOrTx,
  params: { graceSeconds: number; limit: number },
): Promise<string[]> {
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
  runId: string;
  attempt: number;
  responseId: string;
  modelId: string;
  /** A runner has it, or had it. */
  isClaimed: boolean;
  /** Stored less than `graceSeconds` ago: who stored it may just be about to start it. */
  isFresh: boolean;
}

/** The current runs of a turn that have no outcome. Carries no check of ownership. */
export async function listRunsToAdopt(
  db: DbOrTx,
  params: { turnId: string; graceSeconds: number },
): Promise<RunToAdopt[]> {
  return db
    .select({
      runId: runs.id,
      attempt: runs.attempt,
      responseId: responses.id,
      modelId: responses.modelId,
      isClaimed: sql<boolean>`${runs.nonceSha256} is not null`,
      isFresh: sql<boolean>`${runs.createdAt} >= ${secondsAgo(params.graceSeconds)}`,
    })
    .from(runs)
    .innerJoin(responses, and(eq(responses.id, runs.responseId), eq(responses.attempt, runs.attempt)))
    .where(and(eq(responses.turnId, params.turnId), inArray(runs.status, [...UNFINISHED_STATUSES])))
    .orderBy(asc(responses.position));
}

/**
 * Gives a run that nobody claimed another token, so that it can be started again: of the first one only the hash is
 * known. False: it was claimed, is over, is older than `ageSecondsMax`, or the epoch or the attempt is an older one.
 */
export async function renewRunToken(
  db: DbOrTx,
  params: { runId: string; attempt: number; epoch: number; tokenSha256: string; ageSecondsMax: number },
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
          sql`${runs.createdAt} >= ${secondsAgo(params.ageSecondsMax)}`,
        ),
      )
      .returning({ id: runs.id });
    return renewed.length > 0;
  });
}

/** Of these runs the ones that are over for `graceSeconds` at least, or are not known at all. */
export async function listOverRuns(
  db: DbOrTx,
  params: { runIds: readonly string[]; graceSeconds: number },
): Promise<string[]> {
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

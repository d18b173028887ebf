import { AppError } from '@aideator/contract/errors';
import type { RunId, UserId } from '@aideator/contract/ids';
import { UNFINISHED_STATUSES } from '@aideator/contract/statuses';
import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { turns } from '../schema/turns.ts';

/** How often a waiting run is marked as waiting. */
const WAIT_MARK_SECONDS = 30;

/** The place of a run, or its position in the queue. */
export interface Placement {
  runId: RunId;
  /** Number of the person's runs that get a place before it. 0 with `isPlaced`. */
  runsAhead: number;
  isPlaced: boolean;
}

/**
 * Gives free places to the first of the given runs. A person has at most `placesMax` runs in progress, and gets places in
 * the order in which runs were stored, whichever replica asks. Runs without a collector do not block others; they queue
 * again after their adoption. A run keeps its place until it is over.
 */
export async function takePlaces(
  db: DbOrTx,
  params: { userId: UserId; runIds: readonly RunId[]; placesMax: number },
): Promise<Placement[]> {
  return db.transaction(async (tx) => {
    await lockPlaces(tx, params.userId);
    const [taken, waiting] = [await countPlaced(tx, params.userId), await listWaiting(tx, params)];
    const placements = placementsOf(params, { taken, waiting });
    const placed = placements.filter(({ isPlaced }) => isPlaced).map(({ runId }) => runId);
    const left = placements.filter(({ isPlaced }) => !isPlaced).map(({ runId }) => runId);
    if (placed.length > 0) await markPlaced(tx, placed);
    if (left.length > 0) await markWaiting(tx, left);
    return placements;
  });
}

/** How many runs a person can have. */
export interface RunLimits {
  /** Runs in progress. */
  placesMax: number;
  /** Unfinished runs, with or without a place. A person with as many cannot add a turn. */
  unfinishedMax: number;
}

/**
 * The places that new runs of a person can take at once. Runs that wait count as if they had a place, so new runs never pass
 * them. Other transactions that give places to this person wait for the end of this one. Throws AppError `too_many_runs`
 * for a person who has `unfinishedMax` unfinished runs.
 */
export async function lockFreePlaces(
  tx: DbOrTx,
  { userId, placesMax, unfinishedMax }: RunLimits & { userId: UserId },
): Promise<number> {
  await lockPlaces(tx, userId);
  const unfinished = await countUnfinishedRuns(tx, { userId });
  if (unfinished >= unfinishedMax) throw new AppError('too_many_runs', `${unfinished} runs have no outcome`);
  return Math.max(0, placesMax - unfinished);
}

/** One call at a time per person, because two replicas would both see the last free place. */
async function lockPlaces(tx: DbOrTx, userId: UserId): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`places ${userId}`}, 0))`);
}

/** Number of unfinished runs of a person, with or without a place. */
export async function countUnfinishedRuns(db: DbOrTx, params: { userId: UserId }): Promise<number> {
  const [row] = await selectUnfinished(db, params.userId);
  return row?.count ?? 0;
}

function placementsOf(
  asked: { runIds: readonly RunId[]; placesMax: number },
  now: { taken: number; waiting: readonly RunId[] },
): Placement[] {
  const free = Math.max(0, asked.placesMax - now.taken);
  return asked.runIds.map((runId) => {
    const position = now.waiting.indexOf(runId);
    // The run is not waiting: it has a place or is over.
    const isPlaced = position < free;
    return { runId, isPlaced, runsAhead: isPlaced ? 0 : position - free };
  });
}

function selectUnfinished(db: DbOrTx, userId: UserId) {
  return db
    .select({ count: sql<number>`count(*)::int` })
    .from(runs)
    .innerJoin(responses, and(eq(responses.id, runs.responseId), eq(responses.attempt, runs.attempt)))
    .innerJoin(turns, eq(turns.id, responses.turnId))
    .where(and(eq(turns.userId, userId), inArray(runs.status, [...UNFINISHED_STATUSES])))
    .$dynamic();
}

/** Includes runs that were claimed by a version without places. */
async function countPlaced(tx: DbOrTx, userId: UserId): Promise<number> {
  const [row] = await selectUnfinished(tx, userId).where(
    and(
      eq(turns.userId, userId),
      inArray(runs.status, [...UNFINISHED_STATUSES]),
      or(isNotNull(runs.placedAt), eq(runs.status, 'running')),
    ),
  );
  return row?.count ?? 0;
}

/** Ordered by when they get places. */
async function listWaiting(
  tx: DbOrTx,
  { userId, runIds }: { userId: UserId; runIds: readonly RunId[] },
): Promise<RunId[]> {
  const rows = await tx
    .select({ id: runs.id })
    .from(runs)
    .innerJoin(responses, and(eq(responses.id, runs.responseId), eq(responses.attempt, runs.attempt)))
    .innerJoin(turns, eq(turns.id, responses.turnId))
    .where(
      and(
        eq(turns.userId, userId),
        eq(runs.status, 'pending'),
        isNull(runs.placedAt),
        isNull(runs.cancelRequestedAt),
        or(gt(turns.leaseUntil, sql`now()`), inArray(runs.id, [...runIds])),
      ),
    )
    .orderBy(asc(runs.createdAt), asc(turns.id), asc(responses.position));
  return rows.map(({ id }) => id);
}

async function markPlaced(tx: DbOrTx, runIds: RunId[]): Promise<void> {
  await tx
    .update(runs)
    .set({ placedAt: sql`now()` })
    .where(and(inArray(runs.id, runIds), isNull(runs.placedAt)));
}

async function markWaiting(tx: DbOrTx, runIds: RunId[]): Promise<void> {
  await tx
    .update(runs)
    .set({ waitedUntil: sql`now()` })
    .where(
      and(
        inArray(runs.id, runIds),
        or(
          isNull(runs.waitedUntil),
          lt(runs.waitedUntil, sql`now() - make_interval(secs => ${WAIT_MARK_SECONDS})`),
        ),
      ),
    );
}

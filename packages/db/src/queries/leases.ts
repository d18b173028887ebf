import { and, eq, gt, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { turns } from '../schema/turns.ts';

/** When a lease that is taken now runs out, on the database's clock. */
export const leaseEnd = (leaseSeconds: number): SQL => sql`now() + make_interval(secs => ${leaseSeconds})`;

/**
 * Makes `owner` the collector of a turn and answers its new epoch, which fences every earlier one.
 * Answers null when there is no such turn and, unless it is to be taken from its collector (`take`), while another
 * owner's lease lasts.
 */
export async function openTurnEpoch(
  db: DbOrTx,
  params: { turnId: string; owner: string; leaseSeconds: number; take?: boolean },
): Promise<number | null> {
  const [row] = await db
    .update(turns)
    .set({
      epoch: sql`${turns.epoch} + 1`,
      leaseOwner: params.owner,
      leaseUntil: leaseEnd(params.leaseSeconds),
    })
    .where(
      and(
        eq(turns.id, params.turnId),
        params.take
          ? undefined
          : or(
              isNull(turns.leaseUntil),
              lte(turns.leaseUntil, sql`now()`),
              eq(turns.leaseOwner, params.owner),
            ),
      ),
    )
    .returning({ epoch: turns.epoch });
  return row?.epoch ?? null;
}

/** Extends the lease. False: a newer epoch was opened, stop collecting. */
export async function renewTurnLease(
  db: DbOrTx,
  params: { turnId: string; epoch: number; leaseSeconds: number },
): Promise<boolean> {
  const rows = await db
    .update(turns)
    .set({ leaseUntil: leaseEnd(params.leaseSeconds) })
    .where(and(eq(turns.id, params.turnId), eq(turns.epoch, params.epoch)))
    .returning({ id: turns.id });
  return rows.length > 0;
}

/** Gives the lease back when nothing more will be collected. A newer epoch's lease stays. */
export async function releaseTurnLease(db: DbOrTx, params: { turnId: string; epoch: number }): Promise<void> {
  await db
    .update(turns)
    .set({ leaseOwner: null, leaseUntil: null })
    .where(and(eq(turns.id, params.turnId), eq(turns.epoch, params.epoch)));
}

/** Lets the lease run out now, so that another process takes the turn at once. A newer epoch's lease stays. */
export async function expireTurnLease(db: DbOrTx, params: { turnId: string; epoch: number }): Promise<void> {
  await db
    .update(turns)
    // The column rounds to milliseconds, also upwards: just now could lie ahead.
    .set({ leaseOwner: null, leaseUntil: leaseEnd(-1) })
    .where(and(eq(turns.id, params.turnId), eq(turns.epoch, params.epoch)));
}

/** True while some process collects the turn, as far as its lease tells. */
export async function isLeased(db: DbOrTx, params: { turnId: string }): Promise<boolean> {
  const rows = await db
    .select({ id: turns.id })
    .from(turns)
    .where(and(eq(turns.id, params.turnId), gt(turns.leaseUntil, sql`now()`)));
  return rows.length > 0;
}

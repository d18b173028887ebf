import type { TurnId } from '@aideator/contract/ids';
import { and, eq, gt, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { turns } from '../schema/turns.ts';

/** The end of a lease that starts now, by the database's clock. */
export const leaseEnd = (leaseSeconds: number): SQL => sql`now() + make_interval(secs => ${leaseSeconds})`;

/**
 * Makes `owner` the collector of a turn and returns the new epoch, which fences all earlier ones. Returns null for an
 * unknown turn and, unless `take` is set, while another owner's lease is valid.
 */
export async function openTurnEpoch(
  db: DbOrTx,
  params: { turnId: TurnId; owner: string; leaseSeconds: number; take?: boolean },
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

/** Extends the lease. Returns false when a newer epoch was opened; the caller must then stop collecting. */
export async function renewTurnLease(
  db: DbOrTx,
  params: { turnId: TurnId; epoch: number; leaseSeconds: number },
): Promise<boolean> {
  const rows = await db
    .update(turns)
    .set({ leaseUntil: leaseEnd(params.leaseSeconds) })
    .where(and(eq(turns.id, params.turnId), eq(turns.epoch, params.epoch)))
    .returning({ id: turns.id });
  return rows.length > 0;
}

/** Removes the lease when the turn is over. The lease of a newer epoch stays. */
export async function releaseTurnLease(db: DbOrTx, params: { turnId: TurnId; epoch: number }): Promise<void> {
  await db
    .update(turns)
    .set({ leaseOwner: null, leaseUntil: null })
    .where(and(eq(turns.id, params.turnId), eq(turns.epoch, params.epoch)));
}

/** Ends the lease now, so that another process can take the turn at once. The lease of a newer epoch stays. */
export async function expireTurnLease(db: DbOrTx, params: { turnId: TurnId; epoch: number }): Promise<void> {
  await db
    .update(turns)
    // The column rounds to milliseconds and may round up, so the current time could be stored as a future one.
    .set({ leaseOwner: null, leaseUntil: leaseEnd(-1) })
    .where(and(eq(turns.id, params.turnId), eq(turns.epoch, params.epoch)));
}

/** True while the lease of the turn is valid, so a process probably collects it. */
export async function isLeased(db: DbOrTx, params: { turnId: TurnId }): Promise<boolean> {
  const rows = await db
    .select({ id: turns.id })
    .from(turns)
    .where(and(eq(turns.id, params.turnId), gt(turns.leaseUntil, sql`now()`)));
  return rows.length > 0;
}

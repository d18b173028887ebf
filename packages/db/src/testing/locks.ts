import { sql } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import type { Db } from '../client.ts';

/** Resolves when this work waits for a database lock, or finished without waiting. */
export async function waitsForLock(db: Db, work: Promise<unknown>): Promise<void> {
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  void work.then(end, end);
  await vi.waitFor(
    async () => {
      const waiting = await db.execute(sql`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      expect(isOver || waiting.rows.length > 0).toBe(true);
    },
    { timeout: 10_000 },
  );
}

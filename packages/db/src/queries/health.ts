import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';

/** Resolves when the database responds. */
export async function ping(db: DbOrTx): Promise<void> {
  await db.execute(sql`select 1`);
}

import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';

export interface MigrateOptions {
  /** Needed where this file was bundled and its neighbours are elsewhere. Default: the package's own folder. */
  migrationsFolder?: string;
  /** How long to wait for another starter that migrates. Default 120. */
  lockTimeoutSeconds?: number;
}

/**
 * Brings the database to the newest schema. Any number of starters may call it at once: one after the other goes through
 * an advisory lock, held by the connection that migrates. Throws when a migration fails; nothing of it is kept then.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<void> {
  const { lockTimeoutSeconds = 120 } = options;
  const migrationsFolder =
    options.migrationsFolder ?? fileURLToPath(new URL('../migrations', import.meta.url));
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'aideator-migrate',
  });
  // A connection that breaks rejects the query in flight; without a listener it would also end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(`set lock_timeout = '${Math.ceil(lockTimeoutSeconds)}s'`);
    await client.query("select pg_advisory_lock(hashtext('aideator.migrate'))");
    await applyMigrations(drizzle(client), { migrationsFolder });
  } finally {
    // Closing the connection gives the lock back.
    await client.end();
  }
}

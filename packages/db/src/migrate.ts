import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import { Client } from 'pg';

export interface MigrateOptions {
  /** Needed if this file was bundled apart from the migrations. Default: the package's own folder. */
  migrationsFolder?: string;
  /** How long to wait for a concurrent migration. Default 120. */
  lockTimeoutSeconds?: number;
}

/** The table in which Drizzle records applied migrations. */
const APPLIED = 'drizzle.__drizzle_migrations';

/**
 * Migrates the database to the newest schema. Concurrent calls run one after the other, under an advisory lock held by the
 * migrating connection. Throws when a migration fails, after rolling it back.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<void> {
  const { lockTimeoutSeconds = 120 } = options;
  await withClient(url, async (client) => {
    await client.query(`set lock_timeout = '${Math.ceil(lockTimeoutSeconds)}s'`);
    await client.query("select pg_advisory_lock(hashtext('aideator.migrate'))");
    await applyMigrations(drizzle(client), { migrationsFolder: folderOf(options) });
  });
}

/**
 * Whether the database has every migration of this program. Additional ones of a newer program are fine, so that the older
 * program starts again after a rollback. Throws when the database cannot be reached.
 */
export async function isMigrated(url: string, options: Pick<MigrateOptions, 'migrationsFolder'> = {}) {
  const newest = readMigrationFiles({ migrationsFolder: folderOf(options) }).at(-1)?.folderMillis ?? 0;
  return withClient(url, async (client) => {
    const table = await client.query('select to_regclass($1) is not null as found', [APPLIED]);
    if (!table.rows[0]?.found) return false;
    const applied = await client.query(`select max(created_at)::text as newest from ${APPLIED}`);
    return Number(applied.rows[0]?.newest ?? 0) >= newest;
  });
}

function folderOf({ migrationsFolder }: MigrateOptions): string {
  return migrationsFolder ?? fileURLToPath(new URL('../migrations', import.meta.url));
}

/** A separate connection. Closing it releases its lock. */
async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'aideator-migrate',
  });
  // A broken connection rejects the query in flight. Without a listener it would also end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

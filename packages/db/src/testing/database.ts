import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createDatabase, type Db } from '../client.ts';
// Declares what `global-setup.ts` provides.
import type {} from './provided.ts';
import { withClient, withDatabase } from './template.ts';

export interface TestDatabase extends AsyncDisposable {
  url: string;
  db: Db;
}

/**
 * A migrated, empty database for one test, on the server that `global-setup.ts` started. Dropped when disposed, even with
 * open connections: `await using database = await cloneDatabase()`.
 */
export async function cloneDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('databaseAdminUrl');
  const template = inject('databaseTemplate');
  const name = `aideator_test_${randomBytes(8).toString('hex')}`;
  await withClient(adminUrl, (client) =>
    client.query(`create database ${name} template ${template} strategy wal_log`),
  );
  const url = withDatabase(adminUrl, name);
  const { db, close } = createDatabase(url, { poolSizeMax: 12 });
  return {
    url,
    db,
    [Symbol.asyncDispose]: async () => {
      await close();
      await withClient(adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

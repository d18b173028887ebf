/**
 * Brings the database of DATABASE_URL to the schema of this program: `node scripts/migrate/main.ts`. With `--wait` it
 * changes nothing and waits until somebody else has done it. Both wait for a database that does not answer yet, at most
 * WAIT_SECONDS. The web image carries it as one file, `migrate.mjs`, with the migrations beside it.
 */
import { isMigrated, migrate } from '@aideator/db/migrate';
import { loadMigrateEnv } from './env.ts';
import { until } from './until.ts';

/** What PostgreSQL or the network says of a server that is not there yet; anything else is an error at once. */
const NOT_YET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '57P03',
]);

const isNotYet = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every(isNotYet)
    : error instanceof Error &&
      (NOT_YET.has(String('code' in error ? error.code : '')) || /timeout|terminated/i.test(error.message));

async function main(): Promise<void> {
  const { databaseUrl, waitSeconds, migrationsFolder } = loadMigrateEnv();
  const options = migrationsFolder === undefined ? {} : { migrationsFolder };
  const isOnlyWaiting = process.argv.includes('--wait');
  const attempt = async (): Promise<boolean> => {
    if (isOnlyWaiting) return isMigrated(databaseUrl, options);
    await migrate(databaseUrl, options);
    return true;
  };
  await until(attempt, { seconds: waitSeconds, isNotYet, say: console.log });
  console.log(isOnlyWaiting ? 'The database has its schema.' : 'The database is at the newest schema.');
}

try {
  await main();
} catch (error) {
  // The address of the database holds its password; pg never puts it into an error.
  console.error(
    `The database could not be brought to its schema: ${error instanceof Error ? error.message : error}`,
  );
  process.exitCode = 1;
}

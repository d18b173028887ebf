/**
 * Migrates the database in DATABASE_URL to the schema of this program: `node scripts/migrate/main.ts`. With `--wait` it
 * changes nothing and waits until another process has done so. Both wait up to WAIT_SECONDS for a database that does
 * not respond yet. The web image has it as one file, `migrate.mjs`, with the migrations next to it.
 */
import { operatorText } from '@aideator/contract/error-facts';
import { isMigrated, migrate } from '@aideator/db/migrate';
import { loadMigrateEnv } from './env.ts';
import { until } from './until.ts';

/** Error codes of a server that is not ready yet. Any other error ends the program at once. */
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
  const isDone = async (): Promise<boolean> => {
    if (isOnlyWaiting) return isMigrated(databaseUrl, options);
    await migrate(databaseUrl, options);
    return true;
  };
  await until(isDone, { seconds: waitSeconds, isNotYet, say: console.log });
  console.log(isOnlyWaiting ? 'The database has the expected schema.' : 'The database is migrated.');
}

try {
  await main();
} catch (error) {
  // The address of the database contains its password. pg never puts it into an error.
  console.error(`The database could not be migrated: ${operatorText(error)}`);
  process.exitCode = 1;
}

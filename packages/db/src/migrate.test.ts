import { randomBytes } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { isMigrated, migrate } from './migrate.ts';
import { dropTemplate, withClient, withDatabase } from './testing/template.ts';

async function emptyDatabase(): Promise<string> {
  const adminUrl = inject('databaseAdminUrl');
  const name = `aideator_test_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, (client) => client.query(`create database ${name}`));
  onTestFinished(() => dropTemplate(adminUrl, name));
  return withDatabase(adminUrl, name);
}

async function appliedMigrations(url: string): Promise<number> {
  const result = await withClient(url, (client) =>
    client.query('select count(*)::int as applied from drizzle.__drizzle_migrations'),
  );
  return result.rows[0].applied;
}

test('a second migration changes nothing', async () => {
  const url = await emptyDatabase();
  await migrate(url);
  const applied = await appliedMigrations(url);
  await migrate(url);
  expect(applied).toBeGreaterThan(0);
  expect(await appliedMigrations(url)).toBe(applied);
});

test('three starters at once all succeed, and each migration is applied once', async () => {
  const once = await emptyDatabase();
  await migrate(once);
  for (let round = 0; round < 3; round += 1) {
    const url = await emptyDatabase();
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(await appliedMigrations(url)).toBe(await appliedMigrations(once));
  }
});

test('a starter waits for another one that migrates, and not for ever', async () => {
  const url = await emptyDatabase();
  await withClient(url, async (other) => {
    await other.query("select pg_advisory_lock(hashtext('aideator.migrate'))");
    await expect(migrate(url, { lockTimeoutSeconds: 1 })).rejects.toThrow('lock timeout');
  });
  await migrate(url, { lockTimeoutSeconds: 1 });
});

test('a folder without migrations is an error, and no connection stays open', async () => {
  const url = await emptyDatabase();
  await expect(migrate(url, { migrationsFolder: '/nowhere' })).rejects.toThrow();
  const result = await withClient(url, (client) =>
    client.query(
      "select 1 from pg_stat_activity where datname = current_database() and application_name = 'aideator-migrate'",
    ),
  );
  expect(result.rows).toEqual([]);
});

test('a database is told from one that lacks a migration, and one migrated further counts as ready', async () => {
  const url = await emptyDatabase();
  expect(await isMigrated(url)).toBe(false);
  await migrate(url);
  expect(await isMigrated(url)).toBe(true);
  const shift = (milliseconds: number) =>
    withClient(url, (client) =>
      client.query('update drizzle.__drizzle_migrations set created_at = created_at + $1', [milliseconds]),
    );
  await shift(1_000);
  expect(await isMigrated(url)).toBe(true);
  await shift(-2_000);
  expect(await isMigrated(url)).toBe(false);
});

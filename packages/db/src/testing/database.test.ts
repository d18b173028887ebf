import { expect, inject, test } from 'vitest';
import { countUsers } from '../queries/users.ts';
import { cloneDatabase } from './database.ts';
import { makeUser } from './factory.ts';
import { withClient } from './template.ts';

test('clones are migrated, empty and independent of each other', async () => {
  const startedMs = performance.now();
  await using one = await cloneDatabase();
  process.stdout.write(`clone: ${Math.round(performance.now() - startedMs)} ms\n`);
  await using other = await cloneDatabase();
  await makeUser(one.db);
  expect(await countUsers(one.db)).toBe(1);
  expect(await countUsers(other.db)).toBe(0);
});

test('a disposed clone is gone, even with open connections', async () => {
  const database = await cloneDatabase();
  const name = new URL(database.url).pathname.slice(1);
  await withClient(database.url, async () => {
    await database[Symbol.asyncDispose]();
  }).catch(() => {});
  const left = await withClient(inject('databaseAdminUrl'), (client) =>
    client.query('select 1 from pg_database where datname = $1', [name]),
  );
  expect(left.rows).toEqual([]);
});

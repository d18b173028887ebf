import { sessionIdSchema } from '@aideator/contract/id-schemas';
import { expect, test } from 'vitest';
import type { Db } from './client.ts';
import { listSessions } from './queries/sessions.ts';
import { listTurns } from './queries/turns.ts';
import { findUserByEmail } from './queries/users.ts';
import {
  ballotEntries,
  preferences,
  responses,
  runs,
  sessions,
  turns,
  usage,
  users,
} from './schema/index.ts';
import { SEED_EMAIL, seed } from './seed.ts';
import { cloneDatabase } from './testing/database.ts';

const TABLES = { users, sessions, turns, responses, runs, preferences, ballotEntries, usage };

async function dump(db: Db): Promise<unknown> {
  const rows = [];
  for (const [name, table] of Object.entries(TABLES)) rows.push([name, await db.select().from(table)]);
  return rows;
}

test('the seed creates the same rows in every database and adds nothing the second time', async () => {
  await using one = await cloneDatabase();
  await using other = await cloneDatabase();
  await seed(one.db);
  await seed(other.db);
  const first = await dump(one.db);
  expect(await dump(other.db)).toEqual(first);
  await seed(one.db);
  expect(await dump(one.db)).toEqual(first);
});

test('the demo account sees its sessions, responses and verdicts', async () => {
  await using database = await cloneDatabase();
  await seed(database.db);
  const user = await findUserByEmail(database.db, { email: SEED_EMAIL });
  if (!user) throw new Error('no demo account');
  const { items } = await listSessions(database.db, { userId: user.id });
  expect(items).toHaveLength(3);
  expect(items.every(({ id }) => sessionIdSchema.safeParse(id).success)).toBe(true);
  const details = await Promise.all(
    items.map(({ id }) => listTurns(database.db, { userId: user.id, sessionId: id })),
  );
  const verdicts = details.flat().map(({ preference }) => preference?.verdict ?? 'open');
  expect(new Set(verdicts)).toEqual(new Set(['response', 'tie', 'none', 'open']));
});

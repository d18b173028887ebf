import { AppError } from '@aideator/contract/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { makeUser } from '../testing/factory.ts';
import { bumpSessionVersion, createUser, findUserByEmail, findUserById } from './users.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('exactly one of several concurrent sign-ups becomes the admin', async () => {
  await using fresh = await cloneDatabase();
  const made = await Promise.all(Array.from({ length: 8 }, () => makeUser(fresh.db)));
  expect(made.filter(({ role }) => role === 'admin')).toHaveLength(1);
  expect((await makeUser(fresh.db)).role).toBe('member');
});

test('exactly one of several concurrent first-account sign-ups succeeds', async () => {
  await using fresh = await cloneDatabase();
  const tries = Array.from({ length: 5 }, (_, index) =>
    createUser(fresh.db, { email: `${index}@example.com`, name: 'x', passwordHash: null, firstOnly: true }),
  );
  const settled = await Promise.allSettled(tries);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('an e-mail address has one account whatever its case, even with concurrent sign-ups', async () => {
  const input = { name: 'Somebody', passwordHash: null };
  const settled = await Promise.allSettled([
    createUser(database.db, { ...input, email: 'Émile@Example.com' }),
    createUser(database.db, { ...input, email: 'émile@example.COM' }),
  ]);
  const failed = settled.filter((result) => result.status === 'rejected');
  expect(failed).toHaveLength(1);
  expect(failed[0]?.reason).toBeInstanceOf(AppError);
  expect(failed[0]?.reason.code).toBe('conflict');
  expect((await findUserByEmail(database.db, { email: ' ÉMILE@example.com ' }))?.name).toBe('Somebody');
});

test('each increment of the session version counts', async () => {
  const user = await makeUser(database.db);
  await Promise.all([1, 2, 3].map(() => bumpSessionVersion(database.db, { userId: user.id })));
  const found = await findUserById(database.db, { userId: user.id });
  expect(found?.sessionVersion).toBe(user.sessionVersion + 3);
  expect(await bumpSessionVersion(database.db, { userId: 'usr_unknown' })).toBeUndefined();
});

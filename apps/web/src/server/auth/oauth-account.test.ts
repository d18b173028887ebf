import type { ApiDeps } from '@aideator/api/deps';
import { createUser } from '@aideator/db/queries/users';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { personOfOAuth } from './oauth-account.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await cloneDatabase();
});
afterEach(() => database[Symbol.asyncDispose]());

interface From {
  provider?: string;
  sub?: string;
  profile?: object | undefined;
  signUp?: 'open' | 'first';
}

const CONFIRMED = { email: 'grace@example.org', email_verified: true, name: ' Grace ' };

function signIn({ provider = 'oidc', sub = 'g-1', profile = CONFIRMED, signUp = 'open' }: From = {}) {
  const deps = { db: database.db, settings: { signUp } } as ApiDeps;
  return personOfOAuth(deps, { account: { provider, providerAccountId: sub }, profile });
}

async function count(table: 'users' | 'accounts'): Promise<unknown> {
  const result = await database.db.execute(`select count(*)::int as n from ${table}`);
  return result.rows[0]?.n;
}

test('the account at the provider, not the e-mail, is what finds a person again', async () => {
  const made = await signIn();
  expect(made).toMatchObject({
    email: 'grace@example.org',
    name: 'Grace',
    role: 'admin',
    passwordHash: null,
  });
  expect((await signIn({ profile: { email: 'new@example.org' } })).id).toBe(made.id);
  expect((await signIn({ profile: undefined })).id).toBe(made.id);
  expect([await count('users'), await count('accounts')]).toEqual([1, 1]);
});

test('the same number at another provider, or another number, is somebody else', async () => {
  const made = await signIn();
  const others = [
    { provider: 'google', profile: { ...CONFIRMED, email: 'a@example.org' } },
    { sub: 'g-2', profile: { ...CONFIRMED, email: 'b@example.org' } },
  ];
  for (const other of others) expect((await signIn(other)).id).not.toBe(made.id);
});

test('an e-mail that has an account, with a password or of another provider, is refused and linked to nothing', async () => {
  await createUser(database.db, { email: 'Grace@Example.org', name: 'Grace', passwordHash: 'x' });
  await expect(signIn()).rejects.toMatchObject({ reason: 'OAuthAccountNotLinked' });
  expect(await count('accounts')).toBe(0);
  const linked = { ...CONFIRMED, email: 'ada@example.org' };
  await signIn({ profile: linked });
  await expect(signIn({ provider: 'google', profile: linked })).rejects.toMatchObject({
    reason: 'OAuthAccountNotLinked',
  });
  expect([await count('users'), await count('accounts')]).toEqual([2, 1]);
});

test.each([
  undefined,
  {},
  { email: 'x@example.org' },
  { email: 'x@example.org', email_verified: false },
  { email: 'x@example.org', email_verified: 'true' },
  { email_verified: true },
])('an e-mail that is not confirmed (%j) makes no account', async (profile) => {
  const refused = personOfOAuth({ db: database.db, settings: { signUp: 'open' } } as ApiDeps, {
    account: { provider: 'google', providerAccountId: '1' },
    profile: profile as never,
  });
  await expect(refused).rejects.toMatchObject({ reason: 'email_unverified' });
  expect(await count('users')).toBe(0);
});

test('GitHub, which gives out confirmed addresses only, need not say so', async () => {
  const person = await signIn({ provider: 'github', profile: { email: 'octo@example.org', name: '' } });
  expect(person).toMatchObject({ email: 'octo@example.org', name: 'octo@example.org' });
});

test('two first sign-ins of one person at once, even with different e-mails, make one account and both get in', async () => {
  const profiles = ['a@example.org', 'b@example.org'].map((email) => ({ ...CONFIRMED, email }));
  const [one, other] = await Promise.all(profiles.map((profile) => signIn({ profile })));
  expect(one).toEqual(other);
  expect([await count('users'), await count('accounts')]).toEqual([1, 1]);
});

test('somebody who is disabled is refused', async () => {
  const { id } = await signIn();
  await database.db.execute(`update users set disabled_at = now() where id = '${id}'`);
  await expect(signIn()).rejects.toMatchObject({ reason: 'AccessDenied' });
});

test('where only the first account is open, the second is refused and leaves nothing, the first comes in again', async () => {
  const first = await signIn({ signUp: 'first' });
  const profile = { ...CONFIRMED, email: 'late@example.org' };
  await expect(signIn({ sub: 'late', profile, signUp: 'first' })).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect([await count('users'), await count('accounts')]).toEqual([1, 1]);
  expect((await signIn({ signUp: 'first' })).id).toBe(first.id);
});

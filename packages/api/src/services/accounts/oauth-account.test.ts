import { createUser } from '@aideator/db/queries/users';
import { auditLog } from '@aideator/db/schema/audit-log';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ApiDeps } from '../../deps.ts';
import { personOfOAuth } from './oauth-account.ts';
import type { OAuthProfile } from './oauth-decision.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await cloneDatabase();
});
afterEach(() => database[Symbol.asyncDispose]());

interface From {
  provider?: string;
  sub?: string;
  profile?: OAuthProfile;
  signUp?: 'open' | 'first';
}

const CONFIRMED: OAuthProfile = { email: 'grace@example.org', isEmailVerified: true, name: ' Grace ' };
const NO_PROFILE: OAuthProfile = { isEmailVerified: false };

function signIn({ provider = 'oidc', sub = 'g-1', profile = CONFIRMED, signUp = 'open' }: From = {}) {
  const deps = { db: database.db, settings: { signUp } } as ApiDeps;
  return personOfOAuth(deps, { account: { provider, providerAccountId: sub }, profile });
}

async function count(table: 'users' | 'accounts'): Promise<unknown> {
  const result = await database.db.execute(`select count(*)::int as n from ${table}`);
  return result.rows[0]?.n;
}

test('the account at the provider identifies a person, not the e-mail address', async () => {
  const made = await signIn();
  expect(made).toMatchObject({
    email: 'grace@example.org',
    name: 'Grace',
    role: 'admin',
    passwordHash: null,
  });
  expect((await signIn({ profile: { ...NO_PROFILE, email: 'new@example.org' } })).id).toBe(made.id);
  expect((await signIn({ profile: NO_PROFILE })).id).toBe(made.id);
  expect([await count('users'), await count('accounts')]).toEqual([1, 1]);
});

test('the same id at another provider, or another id, is a different person', async () => {
  const made = await signIn();
  const others = [
    { provider: 'google', profile: { ...CONFIRMED, email: 'a@example.org' } },
    { sub: 'g-2', profile: { ...CONFIRMED, email: 'b@example.org' } },
  ];
  for (const other of others) expect((await signIn(other)).id).not.toBe(made.id);
});

test('an e-mail address with an account, by password or by another provider, is refused and not linked', async () => {
  await createUser(database.db, { email: 'Grace@Example.org', name: 'Grace', passwordHash: 'x' });
  await expect(signIn()).rejects.toMatchObject({ reason: 'account_exists' });
  expect(await count('accounts')).toBe(0);
  const linked = { ...CONFIRMED, email: 'ada@example.org' };
  await signIn({ profile: linked });
  await expect(signIn({ provider: 'google', profile: linked })).rejects.toMatchObject({
    reason: 'account_exists',
  });
  expect([await count('users'), await count('accounts')]).toEqual([2, 1]);
});

test.each([NO_PROFILE, { ...CONFIRMED, isEmailVerified: false }, { isEmailVerified: true }])(
  'an e-mail address that is not verified creates no account: %j',
  async (profile) => {
    await expect(signIn({ provider: 'google', profile })).rejects.toMatchObject({
      reason: 'email_unverified',
    });
    expect(await count('users')).toBe(0);
  },
);

test('an address from GitHub must be verified, as with every provider', async () => {
  const profile = { email: 'octo@example.org', isEmailVerified: false, name: '' };
  await expect(signIn({ provider: 'github', profile })).rejects.toMatchObject({ reason: 'email_unverified' });
  const person = await signIn({ provider: 'github', profile: { ...profile, isEmailVerified: true } });
  expect(person).toMatchObject({ email: 'octo@example.org', name: 'octo@example.org' });
});

test('two concurrent first sign-ins of one person create one account, even with different e-mail addresses', async () => {
  const profiles = ['a@example.org', 'b@example.org'].map((email) => ({ ...CONFIRMED, email }));
  const [one, other] = await Promise.all(profiles.map((profile) => signIn({ profile })));
  expect(one).toEqual(other);
  expect([await count('users'), await count('accounts')]).toEqual([1, 1]);
});

test('a disabled person is refused', async () => {
  const { id } = await signIn();
  await database.db.execute(`update users set disabled_at = now() where id = '${id}'`);
  await expect(signIn()).rejects.toMatchObject({ reason: 'account_disabled' });
});

test('when only the first account may sign up, the second is refused, which is audited, and the first still signs in', async () => {
  const first = await signIn({ signUp: 'first' });
  const profile = { ...CONFIRMED, email: 'late@example.org' };
  await expect(signIn({ sub: 'late', profile, signUp: 'first' })).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect([await count('users'), await count('accounts')]).toEqual([1, 1]);
  const entries = await database.db.select().from(auditLog);
  expect(entries).toContainEqual(
    expect.objectContaining({
      action: 'account.sign_in_refused',
      detail: { reason: 'sign_up_closed', provider: 'oidc' },
    }),
  );
  expect((await signIn({ signUp: 'first' })).id).toBe(first.id);
});

test('sign-ups and refusals are audited, without the e-mail address', async () => {
  const { id } = await signIn();
  const other = { ...CONFIRMED, email: 'other@example.org', isEmailVerified: false };
  await expect(signIn({ sub: 'g-2', profile: other })).rejects.toThrow('email_unverified');
  await database.db.execute(`update users set disabled_at = now() where id = '${id}'`);
  await expect(signIn()).rejects.toThrow('account_disabled');
  const entries = await database.db.select().from(auditLog).orderBy(auditLog.createdAt, auditLog.id);
  expect(entries.map(({ action, subjectId, detail }) => [action, subjectId, detail.reason])).toEqual([
    ['account.sign_up', id, undefined],
    ['account.sign_in_refused', null, 'email_unverified'],
    ['account.sign_in_refused', id, 'account_disabled'],
  ]);
  expect(JSON.stringify(entries)).not.toContain('@example.org');
});

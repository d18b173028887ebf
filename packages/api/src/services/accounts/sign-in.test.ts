import { randomUUID } from 'node:crypto';
import { AppError } from '@aideator/contract/errors';
import type { UserId } from '@aideator/contract/ids';
import { createUser } from '@aideator/db/queries/users';
import { auditLog } from '@aideator/db/schema/audit-log';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApiDeps, LimitedAction, RateLimits } from '../../deps.ts';
import { type SignInClient, startSignIn, verifyCredentials } from './sign-in.ts';

const PASSWORD = 'three unrelated words';
const MAX: Partial<Record<LimitedAction, number>> = { sign_in: 10, sign_in_address: 30, sign_in_account: 30 };

/** Counts per key and never expires. */
class Counters implements RateLimits {
  readonly used = new Map<string, number>();

  async consume(action: LimitedAction, key: string): Promise<void> {
    const count = (this.used.get(`${action} ${key}`) ?? 0) + 1;
    this.used.set(`${action} ${key}`, count);
    if (count > (MAX[action] ?? 0)) throw new AppError('rate_limited');
  }

  async refund(action: LimitedAction, key: string): Promise<void> {
    this.used.set(`${action} ${key}`, (this.used.get(`${action} ${key}`) ?? 0) - 1);
  }
}

let database: TestDatabase;
let limits: Counters;
let verified: number;
beforeAll(async () => {
  database = await cloneDatabase();
});
beforeEach(() => {
  limits = new Counters();
  verified = 0;
});
afterAll(() => database[Symbol.asyncDispose]());

const deps = () =>
  ({
    db: database.db,
    limits,
    passwords: {
      hash: async (password: string) => password,
      verify: async (hash: string | null, password: string) => {
        verified += 1;
        return hash === password;
      },
    },
  }) as unknown as ApiDeps;

const newAccount = async (email = `${randomUUID()}@example.org`) => {
  const { id } = await createUser(database.db, { email, name: 'Ada', passwordHash: PASSWORD });
  return { id, email };
};

/** A browser that no account knows. */
const stranger = (address: string = randomUUID()): SignInClient => ({
  address,
  addressHash: `hash of ${address}`,
  deviceHash: randomUUID(),
});

const signIn = (email: string, client: SignInClient, password = PASSWORD) =>
  verifyCredentials(deps(), { email, password, client }).then(
    (user) => (user ? 'in' : 'wrong'),
    (error: AppError) => error.code,
  );

async function attack(times: number, attempt: (index: number) => Promise<string>): Promise<string[]> {
  const results: string[] = [];
  for (let index = 0; index < times; index += 1) results.push(await attempt(index));
  return results;
}

const count = (results: string[], result: string) => results.filter((each) => each === result).length;

describe('while an attacker tries passwords of one account', () => {
  const attackFromEverywhere = (email: string) => attack(60, () => signIn(email, stranger(), 'wrong'));
  const knowBefore = (userId: UserId, client: SignInClient) => startSignIn(deps(), { userId, client });

  test('from one address, that address is blocked and others can still sign in', async () => {
    const { email } = await newAccount();
    const results = await attack(60, () => signIn(email, stranger('attacker'), 'wrong'));
    expect(count(results, 'wrong')).toBe(10);
    expect(verified).toBe(10);
    expect(await signIn(email, stranger())).toBe('in');
  });

  test('from many addresses, unknown browsers are blocked for the account', async () => {
    const { email } = await newAccount();
    const results = await attackFromEverywhere(email);
    expect(count(results, 'wrong')).toBe(30);
    expect(await signIn(email, stranger())).toBe('rate_limited');
  });

  test('its person can still sign in with a known device from any address', async () => {
    const { id, email } = await newAccount();
    const laptop = stranger();
    await knowBefore(id, laptop);
    await attackFromEverywhere(email);
    const travelling = { ...laptop, address: 'attacker', addressHash: 'elsewhere' };
    await attack(40, (index) => signIn(`${index}@example.org`, stranger('attacker'), 'wrong'));
    expect(await signIn(email, travelling)).toBe('in');
  });

  test('its person can still sign in from a known address with a new browser', async () => {
    const { id, email } = await newAccount();
    await knowBefore(id, stranger('home'));
    await attackFromEverywhere(email);
    expect(await signIn(email, stranger('home'))).toBe('in');
  });

  test('a device that only another account knows does not count as known', async () => {
    const { email } = await newAccount();
    const mallory = await newAccount();
    const client = stranger();
    await knowBefore(mallory.id, client);
    await attackFromEverywhere(email);
    expect(await signIn(email, client)).toBe('rate_limited');
  });

  test('a known device has its own limit', async () => {
    const { id, email } = await newAccount();
    const laptop = stranger();
    await knowBefore(id, laptop);
    const results = await attack(20, () => signIn(email, laptop, 'wrong'));
    expect(count(results, 'wrong')).toBe(10);
  });

  test('letter case, spaces and wide letters give no more tries', async () => {
    const { email } = await newAccount('victim@example.org');
    const wide = 'ｖictim@example.org';
    const spellings = [email, ' VICTIM@example.org', 'Victim@EXAMPLE.org  ', wide];
    expect(await signIn(wide, stranger())).toBe('in');
    const results = await attack(60, (index) =>
      signIn(spellings[index % spellings.length] ?? '', stranger(), 'wrong'),
    );
    expect(count(results, 'wrong')).toBe(30);
  });
});

test('an address that tries one password on many accounts is blocked', async () => {
  const results = await attack(60, (index) => signIn(`${index}@example.org`, stranger('attacker'), 'wrong'));
  expect(count(results, 'wrong')).toBe(30);
  expect(verified).toBe(30);
});

test('concurrent tries are counted too', async () => {
  const { email } = await newAccount();
  const results = await Promise.all(
    Array.from({ length: 40 }, () => signIn(email, stranger('attacker'), 'wrong')),
  );
  expect(count(results, 'wrong')).toBe(10);
});

test('right passwords do not count', async () => {
  const { email } = await newAccount();
  const results = await attack(60, () => signIn(email, stranger('office')));
  expect(count(results, 'in')).toBe(60);
});

test.each([
  ['a password of 20 MB', 'ada@example.org', 'x'.repeat(20_000_000)],
  ['an e-mail address of 1 MB', 'x'.repeat(1_000_000), PASSWORD],
  ['an e-mail address with a NUL', 'ada\0@example.org', PASSWORD],
  ['an e-mail address with half a character', 'ada\ud800@example.org', PASSWORD],
])('%s is not looked at', async (_, email, password) => {
  expect(await signIn(email, stranger(), password)).toBe('wrong');
  expect(verified).toBe(0);
  expect(limits.used.size).toBe(0);
});

test('an unknown address causes the same queries as a known one', async () => {
  const { db } = database;
  const queriesFor = async (email: string) => {
    const queries: PropertyKey[] = [];
    const counting = new Proxy(db, {
      get(target, name) {
        if (['select', 'insert', 'update'].includes(String(name))) queries.push(name);
        return Reflect.get(target, name);
      },
    });
    const client = stranger();
    expect(
      await verifyCredentials({ ...deps(), db: counting }, { email, password: 'wrong', client }),
    ).toBeNull();
    return queries;
  };
  const { email } = await newAccount();
  const known = await queriesFor(email);
  expect(known).toEqual(['select', 'select', 'insert']);
  expect(await queriesFor(`${randomUUID()}@example.org`)).toEqual(known);
});

describe('the audit log', () => {
  const entries = () => database.db.select().from(auditLog).orderBy(auditLog.createdAt, auditLog.id);
  const since = async (before: number) =>
    (await entries()).slice(before).map(({ action, subjectId, detail }) => [action, subjectId, detail]);

  test('has each failed sign-in, of known and unknown accounts, without what was typed', async () => {
    const { id, email } = await newAccount();
    const before = (await entries()).length;
    const client = stranger();
    await signIn(email, client, 'canary-password');
    await signIn('canary@example.org', client, 'canary-password');
    await database.db.execute(`update users set disabled_at = now() where id = '${id}'`);
    await signIn(email, client);
    const { addressHash } = client;
    expect(await since(before)).toEqual([
      ['account.sign_in_refused', id, { reason: 'wrong_password', addressHash }],
      ['account.sign_in_refused', null, { reason: 'wrong_password', addressHash }],
      ['account.sign_in_refused', id, { reason: 'account_disabled', addressHash }],
    ]);
    expect(JSON.stringify(await entries())).not.toContain('canary');
  });

  test('has each sign-in', async () => {
    const { id } = await newAccount();
    const before = (await entries()).length;
    const signInId = await startSignIn(deps(), { userId: id, client: stranger() });
    expect(await since(before)).toEqual([['account.sign_in', signInId, {}]]);
  });

  test('does not grow with attempts that the limits refuse', async () => {
    const { email } = await newAccount();
    const before = (await entries()).length;
    await attack(60, () => signIn(email, stranger('flood'), 'wrong'));
    expect(await since(before)).toHaveLength(10);
  });
});

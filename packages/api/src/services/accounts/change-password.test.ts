import { findSignedInUser } from '@aideator/db/queries/sign-ins';
import { createUser } from '@aideator/db/queries/users';
import { auditLog } from '@aideator/db/schema/audit-log';
import { signIns } from '@aideator/db/schema/sign-ins';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ApiDeps } from '../../deps.ts';
import { createCaller } from '../../root.ts';
import { signInWithPassword, startSignIn, verifyCredentials } from './sign-in.ts';

const OLD = 'three unrelated words';
const NEW = 'four other unrelated words';
const CLIENT = { address: 'a', addressHash: 'a', deviceHash: 'd' };

let database: TestDatabase;
let deps: ApiDeps;
/** Calls of the limits, in order. */
let limited: string[];
/** The passwords that were compared with a hash. */
let compared: string[];
/** Called before a password is compared. */
let onCompare: () => Promise<void>;
beforeAll(async () => {
  database = await cloneDatabase();
});
beforeEach(() => {
  limited = [];
  compared = [];
  onCompare = async () => undefined;
  deps = {
    db: database.db,
    limits: {
      consume: async (action: string) => limited.push(`consume ${action}`),
      refund: async (action: string) => limited.push(`refund ${action}`),
    },
    passwords: {
      hash: async (password: string) => `hash of ${password}`,
      verify: async (hash: string | null, password: string) => {
        await onCompare();
        compared.push(password);
        return hash === `hash of ${password}`;
      },
    },
  } as unknown as ApiDeps;
});
afterAll(() => database[Symbol.asyncDispose]());

/** A person who is signed in with two browsers. */
async function ada(passwordHash: string | null = `hash of ${OLD}`) {
  const email = `${crypto.randomUUID()}@example.org`;
  const user = await createUser(database.db, { email, name: 'Ada', passwordHash });
  const [signInId, otherId] = [
    await startSignIn(deps, { userId: user.id, client: CLIENT }),
    await startSignIn(deps, { userId: user.id, client: CLIENT }),
  ];
  const person = { id: user.id, role: user.role, signInId };
  const { account } = createCaller({ deps, person, clientAddress: 'a' });
  const isIn = async (id = signInId) => (await findSignedInUser(database.db, { signInId: id })) !== undefined;
  const opens = async (password: string) =>
    (await verifyCredentials(deps, { email, password, client: CLIENT })) !== null;
  return { account, email, isIn, isOtherIn: () => isIn(otherId), opens, user };
}

test('a change with the old password signs out all other browsers, and does not count', async () => {
  const { account, isIn, isOtherIn, opens, user } = await ada();
  await account.changePassword({ currentPassword: OLD, newPassword: NEW });
  expect(limited).toEqual(['consume change_password', 'refund change_password']);
  expect([await opens(NEW), await opens(OLD), await isIn(), await isOtherIn()]).toEqual([
    true,
    false,
    true,
    false,
  ]);
  const entries = await database.db.select().from(auditLog);
  expect(entries).toContainEqual(
    expect.objectContaining({ actorId: user.id, action: 'account.change_password' }),
  );
});

test.each([
  ['a wrong old password', { currentPassword: 'wrong' }, 'password_wrong'],
  ['a new one that is common', { newPassword: 'password1234' }, 'password_weak'],
])('%s changes nothing', async (_, changed, code) => {
  const { account, isOtherIn, opens } = await ada();
  const change = account.changePassword({ currentPassword: OLD, newPassword: NEW, ...changed });
  await expect(change).rejects.toMatchObject({ cause: { code } });
  expect(limited).toEqual(['consume change_password']);
  expect([await opens(OLD), await isOtherIn()]).toEqual([true, true]);
});

test('an old password of 20 MB is refused without being hashed', async () => {
  const { account } = await ada();
  const change = account.changePassword({ currentPassword: 'x'.repeat(20_000_000), newPassword: NEW });
  await expect(change).rejects.toMatchObject({ cause: { code: 'password_wrong' } });
  expect(compared).toEqual([]);
});

test('a malformed new password is refused before anything is hashed', async () => {
  const { account } = await ada();
  for (const newPassword of ['\0'.repeat(10), 'x'.repeat(1_001), 'short']) {
    const change = account.changePassword({ currentPassword: OLD, newPassword });
    await expect(change).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  }
  expect(limited).toEqual([]);
});

test('a person who signs in through a provider has no password to change', async () => {
  const { account } = await ada(null);
  const change = account.changePassword({ currentPassword: '', newPassword: NEW });
  await expect(change).rejects.toMatchObject({ cause: { code: 'forbidden' } });
});

test('one of two concurrent changes succeeds', async () => {
  const { account } = await ada();
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  onCompare = () => {
    waiting += 1;
    if (waiting === 2) both.resolve();
    return both.promise;
  };
  const changes = await Promise.allSettled(
    [NEW, `${NEW} too`].map((newPassword) => account.changePassword({ currentPassword: OLD, newPassword })),
  );
  expect(changes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('the old password does not sign in when it is changed while it is checked', async () => {
  const { account, email, user } = await ada();
  onCompare = async () => {
    onCompare = async () => undefined;
    await account.changePassword({ currentPassword: OLD, newPassword: NEW });
  };
  expect(await signInWithPassword(deps, { email, password: OLD, client: CLIENT })).toBeNull();
  const started = await signInWithPassword(deps, { email, password: NEW, client: CLIENT });
  const rows = await database.db.select().from(signIns).where(eq(signIns.userId, user.id));
  expect(rows.filter(({ endedAt }) => endedAt === null).map(({ id }) => id)).toEqual([
    expect.any(String),
    started?.signInId,
  ]);
});

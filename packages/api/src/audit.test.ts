import { randomUUID } from 'node:crypto';
import type { UserId } from '@aideator/contract/ids';
import { listProviderKeys } from '@aideator/db/queries/provider-keys';
import { countUsers } from '@aideator/db/queries/users';
import { auditLog } from '@aideator/db/schema/audit-log';
import { signIns } from '@aideator/db/schema/sign-ins';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCaller } from './root.ts';
import { startSignIn } from './services/accounts/sign-in.ts';
import { type Harness, startHarness } from './testing/harness.ts';

const KEY = 'sk-canary-0123456789abcdef';
const PASSWORD = 'a long and rare pass phrase';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const auditOf = (actorId: UserId) =>
  harness.deps.db
    .select()
    .from(auditLog)
    .where(eq(auditLog.actorId, actorId))
    .orderBy(asc(auditLog.createdAt), asc(auditLog.id));

test('setting, replacing and deleting a provider key are audited, without the key', async () => {
  const { person, call } = await harness.member();
  await call.providerKey.set({ provider: 'openai', key: KEY });
  await call.providerKey.set({ provider: 'openai', key: `${KEY}0` });
  await call.providerKey.delete({ provider: 'openai' });
  await call.providerKey.delete({ provider: 'openai' });
  const entries = await auditOf(person.id);
  expect(entries.map(({ action, subjectId }) => [action, subjectId])).toEqual([
    ['provider_key.set', 'openai'],
    ['provider_key.set', 'openai'],
    ['provider_key.delete', 'openai'],
  ]);
  expect(JSON.stringify(entries)).not.toContain('canary');
});

test('a key with the wrong shape changes nothing and is not audited', async () => {
  const { person, call } = await harness.member();
  await expect(call.providerKey.set({ provider: 'openai', key: 'canary' })).rejects.toThrow();
  expect(await auditOf(person.id)).toEqual([]);
});

test('signing up and signing out everywhere are audited', async () => {
  const guest = createCaller({ deps: harness.deps, person: null, clientAddress: 'test' });
  const email = `${randomUUID()}@example.com`;
  const { userId } = await guest.account.signUp({ email, password: PASSWORD });
  const call = createCaller({
    deps: harness.deps,
    person: { id: userId, role: 'member' },
    clientAddress: 'test',
  });
  await call.account.signOutEverywhere();
  const entries = await auditOf(userId);
  expect(entries.map(({ action, subjectId }) => [action, subjectId])).toEqual([
    ['account.sign_up', userId],
    ['account.sign_out_everywhere', userId],
  ]);
});

describe('while the audit log cannot be written', () => {
  const alter = (change: string) => harness.deps.db.execute(`alter table audit_log ${change}`);
  beforeAll(() => alter('add constraint refuse_all check (false) not valid'));
  afterAll(() => alter('drop constraint refuse_all'));

  test('no account is created', async () => {
    const { db } = harness.deps;
    const before = await countUsers(db);
    const guest = createCaller({ deps: harness.deps, person: null, clientAddress: 'test' });
    const email = `${randomUUID()}@example.com`;
    await expect(guest.account.signUp({ email, password: PASSWORD })).rejects.toThrow();
    expect(await countUsers(db)).toBe(before);
  });

  test('no provider key is set or deleted', async () => {
    const { person, call } = await harness.member();
    const providers = async () =>
      (await listProviderKeys(harness.deps.db, { userId: person.id })).map(({ provider }) => provider);
    await expect(call.providerKey.set({ provider: 'openai', key: KEY })).rejects.toThrow();
    expect(await providers()).toEqual([]);
    await alter('drop constraint refuse_all');
    await call.providerKey.set({ provider: 'openai', key: KEY });
    await alter('add constraint refuse_all check (false) not valid');
    await expect(call.providerKey.delete({ provider: 'openai' })).rejects.toThrow();
    expect(await providers()).toEqual(['openai']);
  });

  test('no sign-in begins', async () => {
    const { db } = harness.deps;
    const { person } = await harness.member();
    const client = { addressHash: 'a', deviceHash: 'd' };
    await expect(startSignIn({ db }, { userId: person.id, client })).rejects.toThrow();
    expect(await db.select().from(signIns).where(eq(signIns.userId, person.id))).toEqual([]);
  });
});

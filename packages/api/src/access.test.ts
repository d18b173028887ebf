import { randomUUID } from 'node:crypto';
import { AppError } from '@aideator/contract/errors';
import { findUserById } from '@aideator/db/queries/users';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import type { LimitedAction, RateLimits } from './deps.ts';
import { appRouter, createCaller } from './root.ts';
import { verifyCredentials } from './services/accounts/sign-in.ts';
import { type Harness, type HarnessOptions, startHarness } from './testing/harness.ts';
import { compare, responseIdAt, watch } from './testing/turns.ts';

let harness: Harness;
async function start(options: HarnessOptions = {}): Promise<void> {
  harness = await startHarness(options);
}
afterEach(() => harness[Symbol.asyncDispose]());

const nobody = () => createCaller({ deps: harness.deps, person: null, clientAddress: '192.0.2.7' });
const account = () => ({ email: `${randomUUID()}@example.org`, password: 'three unrelated words' });

/** Rate limits that record their calls and refuse everything once `isReached` is set. */
class Limits implements RateLimits {
  readonly asked: [LimitedAction, string][] = [];
  isReached = false;

  async consume(action: LimitedAction, key: string): Promise<void> {
    this.asked.push([action, key]);
    if (this.isReached) throw new AppError('rate_limited');
  }

  async refund(): Promise<void> {}
}

const CLIENT = { address: '192.0.2.7', addressHash: 'address', deviceHash: 'device' };

const LIMITED = { code: 'rate_limited' };

describe('a caller who is not signed in', () => {
  test('is refused by every procedure except those for people without an account', async () => {
    await start();
    const open = ['account.signUp', 'account.status', 'health'];
    const paths = Object.keys(appRouter._def.procedures);
    expect(paths).toEqual(expect.arrayContaining(open));
    for (const path of paths.filter((each) => !open.includes(each))) {
      const procedure = path
        .split('.')
        .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], nobody());
      const answer = (procedure as (input: object) => Promise<unknown>)({});
      await expect(answer, path).rejects.toMatchObject({ cause: { code: 'unauthorized' } });
    }
  });
});

describe('limits', () => {
  test('count submits and retries per person; calls beyond them store and send nothing', async () => {
    const limits = new Limits();
    await start({ replace: { limits } });
    const ann = await harness.member();
    harness.gateway.setScript('a', { text: 'x' });
    const { turn } = await compare(ann, ['a']);
    await watch(harness, ann, { turnId: turn.id });
    limits.isReached = true;
    await expect(compare(ann, ['a'])).rejects.toMatchObject({ cause: LIMITED });
    const responseId = responseIdAt(turn, 0);
    await expect(ann.call.response.retry({ responseId })).rejects.toMatchObject({ cause: LIMITED });
    expect(limits.asked).toEqual(Array(3).fill(['submit', ann.person.id]));
    expect((await ann.call.session.list({})).items).toHaveLength(1);
    expect(harness.gateway.requests).toHaveLength(1);
  });

  test('count sign-ups and sign-ins before a password is checked', async () => {
    const limits = new Limits();
    let looked = 0;
    const look = async () => {
      looked += 1;
      return true;
    };
    await start({ replace: { limits, passwords: { hash: async () => String(await look()), verify: look } } });
    limits.isReached = true;
    await expect(nobody().account.signUp(account())).rejects.toMatchObject({ cause: LIMITED });
    const signIn = { email: ' Ada@Example.org ', password: 'x', client: CLIENT };
    await expect(verifyCredentials(harness.deps, signIn)).rejects.toMatchObject(LIMITED);
    expect(limits.asked).toEqual([
      ['sign_up', '192.0.2.7'],
      ['sign_in_address', '192.0.2.7'],
    ]);
    expect(looked).toBe(0);
  });
});

describe('accounts', () => {
  test('accept only the right password, and only while they are enabled', async () => {
    await start();
    const ada = account();
    const { userId } = await nobody().account.signUp(ada);
    const signIn = (changed: object) =>
      verifyCredentials(harness.deps, { ...ada, client: CLIENT, ...changed });
    expect(await signIn({ email: ada.email.toUpperCase() })).toMatchObject({ id: userId, role: 'admin' });
    expect(await signIn({ password: 'three unrelated word' })).toBeNull();
    expect(await signIn({ email: 'nobody@example.org' })).toBeNull();
    await harness.deps.db.execute(sql`update users set disabled_at = now() where id = ${userId}`);
    expect(await signIn({})).toBeNull();
  });

  test('take nothing from a sign-up but what its form has', async () => {
    await start();
    const admin = await nobody().account.signUp(account());
    const columns = { id: admin.userId, role: 'admin', sessionVersion: 9, passwordHash: 'mine' };
    const { userId } = await nobody().account.signUp({ ...account(), ...columns });
    const user = await findUserById(harness.deps.db, { userId });
    expect(user).toMatchObject({ role: 'member', sessionVersion: 1 });
    expect([user?.id, user?.passwordHash]).not.toEqual(expect.arrayContaining([admin.userId, 'mine']));
  });

  test('cause the same work for an unknown address', async () => {
    const hashes: (string | null)[] = [];
    const verify = async (hash: string | null) => {
      hashes.push(hash);
      return false;
    };
    await start({ replace: { passwords: { hash: async () => 'h', verify } } });
    const ada = account();
    await nobody().account.signUp(ada);
    await verifyCredentials(harness.deps, { ...ada, client: CLIENT });
    await verifyCredentials(harness.deps, { ...account(), client: CLIENT });
    expect(hashes).toEqual(['h', null]);
  });

  test('with first-account sign-up can be created once, even concurrently; later sign-ups hash no password', async () => {
    let hashed = 0;
    const hash = async (password: string) => {
      hashed += 1;
      return password;
    };
    await start({ signUp: 'first', replace: { passwords: { hash, verify: async () => true } } });
    const both = await Promise.allSettled(
      [account(), account()].map((each) => nobody().account.signUp(each)),
    );
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await nobody().account.status()).toEqual({ hasUsers: true, signUpOpen: false });
    const before = hashed;
    await expect(nobody().account.signUp(account())).rejects.toMatchObject({ cause: { code: 'forbidden' } });
    expect(hashed).toBe(before);
  });

  test('get a new session version after signing out everywhere', async () => {
    await start();
    const ann = await harness.member();
    const version = async () =>
      (await findUserById(harness.deps.db, { userId: ann.person.id }))?.sessionVersion ?? 0;
    const before = await version();
    await ann.call.account.signOutEverywhere();
    expect(await version()).toBe(before + 1);
  });
});

test('an unexpected error reaches a client without its message', async () => {
  const catalogue = { list: async () => Promise.reject(new Error('postgres://ann:secret@10.0.0.7 is away')) };
  await start({ replace: { catalogue } });
  const ann = await harness.member();
  const answer = await fetch(`${harness.baseUrl}/trpc/model.list`, { headers: harness.headersOf(ann) });
  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(text).toContain('Something went wrong on our side.');
  expect(text).not.toMatch(/secret|10\.0\.0\.7|\.ts:/);
});

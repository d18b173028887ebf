import type { SessionId } from '@aideator/contract/ids';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { sessions } from '../schema/sessions.ts';
import { turns } from '../schema/turns.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { ballotOf, makeTurn, makeUser, turnInput } from '../testing/factory.ts';
import { openTurnEpoch, releaseTurnLease, renewTurnLease } from './leases.ts';
import { setPreference } from './preferences.ts';
import { createSession, listSessions } from './sessions.ts';
import { createTurn, getTurn, listTurns } from './turns.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

async function makeSession() {
  const user = await makeUser(database.db);
  const session = await createSession(database.db, { userId: user.id, title: 'New chat' });
  return { userId: user.id, sessionId: session.id };
}

test('ten concurrent submits with one idempotency key create one turn', async () => {
  const key = await makeSession();
  const results = await Promise.all(
    Array.from({ length: 10 }, () =>
      createTurn(database.db, turnInput({ ...key, models: 3, idempotencyKey: 'double click' })),
    ),
  );
  expect(results.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(results.map(({ turn }) => turn.id)).size).toBe(1);
  const stored = await database.db
    .select({ runId: runs.id })
    .from(runs)
    .innerJoin(responses, eq(responses.id, runs.responseId))
    .innerJoin(turns, eq(turns.id, responses.turnId))
    .where(eq(turns.sessionId, key.sessionId));
  expect(stored).toHaveLength(3);
});

test('one key used concurrently in two sessions of a person creates one turn', async () => {
  const one = await makeSession();
  const other = await createSession(database.db, { userId: one.userId, title: 'other' });
  const results = await Promise.all(
    [one.sessionId, other.id].map((sessionId) =>
      createTurn(database.db, turnInput({ userId: one.userId, sessionId, idempotencyKey: 'same' })),
    ),
  );
  expect(results.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(results.map(({ turn }) => turn.id)).size).toBe(1);
});

test('the same key from two people creates two turns', async () => {
  const people = await Promise.all([makeSession(), makeSession()]);
  const results = await Promise.all(
    people.map((key) => createTurn(database.db, turnInput({ ...key, idempotencyKey: 'shared' }))),
  );
  expect(results.map(({ created }) => created)).toEqual([true, true]);
  for (const [i, key] of people.entries()) {
    const again = await createTurn(database.db, turnInput({ ...key, idempotencyKey: 'shared' }));
    expect(again).toEqual({ created: false, turn: results[i]?.turn });
  }
});

test('a turn moves its session to the top of the list', async () => {
  const key = await makeSession();
  const other = await createSession(database.db, { userId: key.userId, title: 'newer' });
  // Times have millisecond resolution, and all of this may happen within one.
  const age = (id: SessionId, hours: number) =>
    database.db
      .update(sessions)
      .set({ updatedAt: sql`now() - make_interval(hours => ${hours}::int)` })
      .where(eq(sessions.id, id));
  await age(key.sessionId, 2);
  await age(other.id, 1);
  const top = async () => (await listSessions(database.db, { userId: key.userId })).items[0]?.id;
  expect(await top()).toBe(other.id);
  await createTurn(database.db, turnInput(key));
  expect(await top()).toBe(key.sessionId);
});

test('concurrently submitted turns are numbered without gaps or repeats', async () => {
  const key = await makeSession();
  await Promise.all(Array.from({ length: 8 }, () => createTurn(database.db, turnInput(key))));
  const listed = await listTurns(database.db, key);
  expect(listed.map(({ turn }) => turn.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a turn is returned with its responses in order and the current verdict', async () => {
  const created = await makeTurn(database.db, { models: 4 });
  const { user, session, turn, responses: made } = created;
  await setPreference(database.db, ballotOf(created, [[2]]));
  const found = await getTurn(database.db, { userId: user.id, turnId: turn.id });
  expect(found?.responses.map(({ id }) => id)).toEqual(made.map(({ responseId }) => responseId));
  expect(found?.preference?.tiers).toEqual([[made[2]?.responseId]]);
  expect(await listTurns(database.db, { userId: user.id, sessionId: session.id })).toEqual([found]);
});

test('one of several concurrent collectors gets a turn; it may open it again, others only after its lease', async () => {
  const { turn } = await makeTurn(database.db);
  const open = (owner: string, leaseSeconds: number) =>
    openTurnEpoch(database.db, { turnId: turn.id, owner, leaseSeconds });
  const epochs = await Promise.all(['a', 'b', 'c'].map((owner) => open(owner, 60)));
  expect(epochs.toSorted()).toEqual([1, null, null]);
  const owner = ['a', 'b', 'c'][epochs.indexOf(1)] ?? '';
  expect(await open(owner, -1)).toBe(2);
  expect(await open('d', 60)).toBe(3);
  const lease = (epoch: number) => ({ turnId: turn.id, epoch, leaseSeconds: 60 });
  expect(await renewTurnLease(database.db, lease(2))).toBe(false);
  expect(await renewTurnLease(database.db, lease(3))).toBe(true);
  await releaseTurnLease(database.db, lease(2));
  expect(await open('e', 60)).toBeNull();
  await releaseTurnLease(database.db, lease(3));
  expect(await open('e', 60)).toBe(4);
});

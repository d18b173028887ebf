import { newId } from '@aideator/contract/ids';
import { and, eq, isNull } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preferences } from '../schema/preferences.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { claim, completed, makeTurn, makeUser, turnInput } from '../testing/factory.ts';
import { waitsForLock } from '../testing/locks.ts';
import { listHistory } from './history.ts';
import { clearPreference, setPreference } from './preferences.ts';
import { recordResult } from './results.ts';
import { createTurn, getTurn } from './turns.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test('verdicts set at once leave one current, and all of them as history', async () => {
  const { user, turn, responses: made } = await makeTurn(database.db, { models: 4 });
  await Promise.all(
    made.map(({ responseId }) =>
      setPreference(database.db, { userId: user.id, turnId: turn.id, verdict: 'response', responseId }),
    ),
  );
  const all = await database.db.select().from(preferences).where(eq(preferences.turnId, turn.id));
  expect(all).toHaveLength(4);
  expect(all.filter(({ supersededAt }) => supersededAt === null)).toHaveLength(1);
});

test('a verdict that is set while another one is being stored waits for it and then replaces it', async () => {
  const { user, turn } = await makeTurn(database.db);
  const key = { userId: user.id, turnId: turn.id };
  let later: Promise<unknown> | undefined;
  await database.db.transaction(async (tx) => {
    await setPreference(tx, { ...key, verdict: 'tie' });
    later = setPreference(database.db, { ...key, verdict: 'none' });
    await waitsForLock(database.db, later);
  });
  await later;
  expect((await getTurn(database.db, key))?.preference?.verdict).toBe('none');
});

test('the verdict of somebody else on a turn is neither shown to its owner nor told to a model', async () => {
  const { user, session, turn, responses: made } = await makeTurn(database.db);
  const { id: userId } = await makeUser(database.db);
  const [{ responseId }] = made;
  const verdict = { id: newId('preference'), turnId: turn.id, userId, verdict: 'response' as const };
  await database.db.insert(preferences).values({ ...verdict, responseId });
  expect((await getTurn(database.db, { userId: user.id, turnId: turn.id }))?.preference).toBeNull();
  const [told] = await listHistory(database.db, { sessionId: session.id, beforeTurnNumber: 2 });
  expect(told).toMatchObject({ verdict: null, preferred: null });
});

test('a cleared verdict is no longer current and stays as history', async () => {
  const { user, turn } = await makeTurn(database.db);
  const key = { userId: user.id, turnId: turn.id };
  expect(await clearPreference(database.db, key)).toBe(false);
  await setPreference(database.db, { ...key, verdict: 'tie', feedback: 'both' });
  expect(await clearPreference(database.db, key)).toBe(true);
  expect((await getTurn(database.db, key))?.preference).toBeNull();
  const current = await database.db
    .select()
    .from(preferences)
    .where(and(eq(preferences.turnId, turn.id), isNull(preferences.supersededAt)));
  expect(current).toEqual([]);
});

test('a verdict names a response of its own turn exactly when it is about one', async () => {
  const one = await makeTurn(database.db);
  const other = await makeTurn(database.db);
  const key = { userId: one.user.id, turnId: one.turn.id };
  const foreign = other.responses[0].responseId;
  const own = one.responses[0].responseId;
  const set = (input: { verdict: 'response' | 'tie'; responseId?: string }) =>
    setPreference(database.db, { ...key, ...input });
  await expect(set({ verdict: 'response' })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(set({ verdict: 'tie', responseId: own })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(set({ verdict: 'response', responseId: foreign })).rejects.toMatchObject({
    code: 'not_found',
  });
  const smuggled = { id: 'prf_x', ...key, verdict: 'response' as const, responseId: foreign };
  await expect(database.db.insert(preferences).values(smuggled)).rejects.toThrow();
  const without = { id: 'prf_y', ...key, verdict: 'response' as const };
  await expect(database.db.insert(preferences).values(without)).rejects.toThrow();
});

test('the history holds the turns before, oldest first, with the preferred answer', async () => {
  const { user, session, turn, responses: made } = await makeTurn(database.db);
  const preferred = made[1];
  if (!preferred) throw new Error('two responses');
  await claim(database.db, preferred);
  await recordResult(database.db, { ...preferred, attempt: 1, result: completed('the better one') });
  const verdict = { userId: user.id, turnId: turn.id, verdict: 'response' as const };
  await setPreference(database.db, { ...verdict, responseId: made[0].responseId });
  await setPreference(database.db, { ...verdict, responseId: preferred.responseId });
  const key = { userId: user.id, sessionId: session.id };
  await createTurn(database.db, turnInput({ ...key, models: 1, mode: 'continue' }));
  await createTurn(database.db, turnInput(key));

  const history = await listHistory(database.db, { sessionId: session.id, beforeTurnNumber: 3 });
  expect(history.map(({ number }) => number)).toEqual([1, 2]);
  expect(history[0]).toMatchObject({
    mode: 'compare',
    verdict: 'response',
    preferred: { modelId: 'openai/model-1', status: 'completed', text: 'the better one' },
    responses: [{ text: '', status: 'pending' }, { text: 'the better one' }],
  });
  expect(history[1]).toMatchObject({ mode: 'continue', verdict: null, preferred: null });
  expect(await listHistory(database.db, { sessionId: session.id, beforeTurnNumber: 1 })).toEqual([]);
  const newest = await listHistory(database.db, { sessionId: session.id, beforeTurnNumber: 3, limit: 1 });
  expect(newest.map(({ number }) => number)).toEqual([2]);
});

import { newId } from '@aideator/contract/ids';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preferences } from '../schema/preferences.ts';
import { turns } from '../schema/turns.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import {
  ballotOf,
  claim,
  completed,
  type MadeTurn,
  makeTurn,
  makeUser,
  turnInput,
} from '../testing/factory.ts';
import { waitsForLock } from '../testing/locks.ts';
import { listHistory, loadHistoryTexts } from './history.ts';
import { amendPreference, clearPreference, setPreference } from './preferences.ts';
import { recordResult } from './results.ts';
import { createTurn, getTurn } from './turns.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const idAt = (made: MadeTurn, position: number) => made.responses[position]?.responseId ?? 'rsp_none';
const keyOf = ({ user, turn }: MadeTurn) => ({ userId: user.id, turnId: turn.id });
const currentOf = async (made: MadeTurn) => (await getTurn(database.db, keyOf(made)))?.preference;
const rowsOf = ({ turn }: MadeTurn) =>
  database.db
    .select()
    .from(preferences)
    .where(eq(preferences.turnId, turn.id))
    .orderBy(asc(preferences.createdAt));

test('concurrent verdicts leave one current verdict, and the history keeps all of them', async () => {
  const made = await makeTurn(database.db, { models: 4 });
  await Promise.all([0, 1, 2, 3].map((best) => setPreference(database.db, ballotOf(made, [[best]]))));
  const all = await rowsOf(made);
  expect(all).toHaveLength(4);
  expect(all.filter(({ supersededAt }) => supersededAt === null)).toHaveLength(1);
});

test('concurrent calls with one id store one verdict and all return it', async () => {
  const made = await makeTurn(database.db);
  const ballot = ballotOf(made, [[1]]);
  const returned = await Promise.all([1, 2, 3].map(() => setPreference(database.db, ballot)));
  expect(await rowsOf(made)).toHaveLength(1);
  expect(returned.map((preference) => preference?.id)).toEqual(Array(3).fill(ballot.preferenceId));
});

test('a repeated call neither replaces a newer verdict nor brings back a cleared one', async () => {
  const made = await makeTurn(database.db);
  const [first, second] = [ballotOf(made, [[0]]), ballotOf(made, [[1]])];
  await setPreference(database.db, first);
  await setPreference(database.db, second);
  expect((await setPreference(database.db, first))?.id).toBe(second.preferenceId);
  await clearPreference(database.db, keyOf(made));
  expect(await setPreference(database.db, second)).toBeNull();
});

test('the id of a verdict on another turn is refused', async () => {
  const [one, other] = [await makeTurn(database.db), await makeTurn(database.db)];
  const { preferenceId } = ballotOf(one, [[0]]);
  await setPreference(database.db, ballotOf(one, [[0]], { preferenceId }));
  const taken = setPreference(database.db, ballotOf(other, [[0]], { preferenceId }));
  await expect(taken).rejects.toMatchObject({ code: 'conflict' });
});

test('a verdict that is set while another is being stored waits for it and then replaces it', async () => {
  const made = await makeTurn(database.db);
  let later: Promise<unknown> | undefined;
  await database.db.transaction(async (tx) => {
    await setPreference(tx, ballotOf(made, [[0, 1]]));
    later = setPreference(database.db, ballotOf(made, []));
    await waitsForLock(database.db, later);
  });
  await later;
  expect((await currentOf(made))?.verdict).toBe('none');
});

test('a ballot that was kept while the connection was lost does not replace a later decision', async () => {
  const made = await makeTurn(database.db);
  const now = ballotOf(made, [[0]]);
  const kept = ballotOf(made, [[1]]);
  kept.circumstances.decidedMsAgo = 60_000;
  const createdAt = new Date(Date.now() - 3_600_000);
  await database.db.update(turns).set({ createdAt }).where(eq(turns.id, made.turn.id));
  await setPreference(database.db, now);
  expect((await setPreference(database.db, kept))?.id).toBe(now.preferenceId);
  const stored = await rowsOf(made);
  expect(stored).toHaveLength(2);
  const [, late] = stored;
  expect(late?.supersededAt).not.toBeNull();
  expect(late?.decidedAt?.getTime()).toBeLessThan((stored[0]?.decidedAt?.getTime() ?? 0) - 50_000);
});

test('a verdict of another person is neither shown to the owner nor part of the history', async () => {
  const made = await makeTurn(database.db);
  const { id: userId } = await makeUser(database.db);
  const verdict = { id: newId('preference'), turnId: made.turn.id, userId, verdict: 'response' as const };
  await database.db.insert(preferences).values({ ...verdict, responseId: idAt(made, 0) });
  expect(await currentOf(made)).toBeNull();
  const [turnOfHistory] = await listHistory(database.db, { sessionId: made.session.id, beforeTurnNumber: 2 });
  expect(turnOfHistory).toMatchObject({ preference: null });
});

test('a cleared verdict is no longer current but stays in the history', async () => {
  const made = await makeTurn(database.db);
  expect(await clearPreference(database.db, keyOf(made))).toBe(false);
  await setPreference(database.db, ballotOf(made, [[0, 1]], { feedback: 'both' }));
  expect(await clearPreference(database.db, keyOf(made))).toBe(true);
  expect(await currentOf(made)).toBeNull();
  expect(await rowsOf(made)).toHaveLength(1);
});

test('a late undo of a ballot does not clear a newer one', async () => {
  const made = await makeTurn(database.db);
  const [first, second] = [ballotOf(made, [[0]]), ballotOf(made, [[1]])];
  await setPreference(database.db, first);
  await setPreference(database.db, second);
  const undo = (preferenceId: typeof first.preferenceId) =>
    clearPreference(database.db, { ...keyOf(made), preferenceId });
  expect(await undo(first.preferenceId)).toBe(false);
  expect((await currentOf(made))?.id).toBe(second.preferenceId);
  expect(await undo(second.preferenceId)).toBe(true);
  expect(await undo(second.preferenceId)).toBe(false);
});

test('a ballot must fit its turn: its responses, all panels, and one of the best to continue with', async () => {
  const [one, other] = [await makeTurn(database.db), await makeTurn(database.db)];
  const refused = async (params: Parameters<typeof setPreference>[1]) =>
    expect(setPreference(database.db, params)).rejects.toMatchObject({ code: 'invalid_input' });
  const foreign = { ballot: { tiers: [[idAt(other, 0)]], worst: null } };
  await refused(ballotOf(one, [[0]], foreign));
  const { circumstances } = ballotOf(one, [[0]]);
  const [panel] = circumstances.panels;
  await refused(ballotOf(one, [[0]], { circumstances: { ...circumstances, panels: panel ? [panel] : [] } }));
  await refused(ballotOf(one, [[0]], { continueWith: idAt(one, 1) }));
  await refused(ballotOf(one, [], { continueWith: idAt(one, 0) }));
  expect(await rowsOf(one)).toEqual([]);
  const row = { ...keyOf(one), verdict: 'response' as const };
  const smuggled = { ...row, id: newId('preference'), responseId: idAt(other, 0) };
  await expect(database.db.insert(preferences).values(smuggled)).rejects.toThrow();
  const without = { ...row, id: newId('preference') };
  await expect(database.db.insert(preferences).values(without)).rejects.toThrow();
});

test('the worst, reasons and the response to continue with are added without changing the circumstances', async () => {
  const made = await makeTurn(database.db, { models: 3 });
  const ballot = ballotOf(made, [[0, 1]]);
  const set = await setPreference(database.db, ballot);
  const key = { userId: made.user.id, preferenceId: ballot.preferenceId };
  await amendPreference(database.db, { ...key, worst: idAt(made, 2), worstReasons: ['too_long'] });
  await amendPreference(database.db, { ...key, continueWith: idAt(made, 1), feedback: 'short' });
  const amended = await amendPreference(database.db, { ...key, reasons: ['clearer', 'shorter'] });
  expect(amended.amendedAt).not.toBeNull();
  expect(amended).toEqual({
    ...set,
    amendedAt: amended.amendedAt,
    worst: idAt(made, 2),
    worstReasons: ['too_long'],
    responseId: idAt(made, 1),
    feedback: 'short',
    reasons: ['clearer', 'shorter'],
  });
  expect(await rowsOf(made)).toHaveLength(1);
});

test('an amendment cannot change a decision: another worst, a worst in a tier, or a verdict that is not current', async () => {
  const made = await makeTurn(database.db, { models: 3 });
  const ballot = ballotOf(made, [[0]], { worstPosition: 1 });
  await setPreference(database.db, ballot);
  const amend = (position: number) =>
    amendPreference(database.db, {
      userId: made.user.id,
      preferenceId: ballot.preferenceId,
      worst: idAt(made, position),
    });
  await expect(amend(2)).rejects.toMatchObject({ code: 'conflict' });
  expect((await amend(1)).worst).toBe(idAt(made, 1));
  const next = ballotOf(made, [[0]]);
  await setPreference(database.db, next);
  await expect(amend(2)).rejects.toMatchObject({ code: 'conflict' });
  ballot.preferenceId = next.preferenceId;
  await expect(amend(0)).rejects.toMatchObject({ code: 'invalid_input' });
});

test('the history contains the earlier turns, oldest first, with the response that the session continues with', async () => {
  const made = await makeTurn(database.db);
  const { user, session, turn } = made;
  const preferred = made.responses[1];
  if (!preferred) throw new Error('expected two responses');
  await claim(database.db, preferred);
  await recordResult(database.db, { ...preferred, attempt: 1, result: completed('the better one') });
  await setPreference(database.db, ballotOf(made, [[0]]));
  await setPreference(database.db, ballotOf(made, [[0, 1]], { continueWith: preferred.responseId }));
  const key = { userId: user.id, sessionId: session.id };
  await createTurn(database.db, turnInput({ ...key, models: 1, mode: 'continue' }));
  await createTurn(database.db, turnInput(key));

  const history = await listHistory(database.db, { sessionId: session.id, beforeTurnNumber: 3 });
  expect(history.map(({ number }) => number)).toEqual([1, 2]);
  expect(history[0]).toMatchObject({
    mode: 'compare',
    preference: { continueWith: preferred.responseId },
    responses: [
      { textBytes: 0, status: 'pending' },
      {
        responseId: preferred.responseId,
        modelId: 'openai/model-1',
        status: 'completed',
        textBytes: 14,
      },
    ],
  });
  expect(history[1]).toMatchObject({ mode: 'continue', preference: null });
  const { responseId } = preferred;
  const texts = await loadHistoryTexts(database.db, { turnIds: [turn.id], responseIds: [responseId] });
  expect([...texts.answers]).toEqual([[responseId, 'the better one']]);
  expect([...texts.prompts]).toEqual([[turn.id, turn.prompt]]);
  expect(history[0]?.promptBytes).toBe(Buffer.byteLength(turn.prompt));
  expect(await listHistory(database.db, { sessionId: session.id, beforeTurnNumber: 1 })).toEqual([]);
  const newest = await listHistory(database.db, { sessionId: session.id, beforeTurnNumber: 3, limit: 1 });
  expect(newest.map(({ number }) => number)).toEqual([2]);
});

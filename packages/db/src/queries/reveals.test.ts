import { newId } from '@aideator/contract/ids';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { preferences } from '../schema/preferences.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { ballotOf, type MadeTurn, makeTurn, makeUser } from '../testing/factory.ts';
import { clearPreference, setPreference } from './preferences.ts';
import { revealTurn } from './reveals.ts';
import { softDeleteSession } from './sessions.ts';
import { getTurnStanding } from './turn-pages.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const blindTurn = () => makeTurn(database.db, { revealPace: 'together' });
const keyOf = ({ user, turn }: MadeTurn) => ({ userId: user.id, turnId: turn.id });
const revealedAt = async (made: MadeTurn) => (await getTurnStanding(database.db, keyOf(made)))?.revealedAt;
const ballotsOn = ({ turn }: MadeTurn) =>
  database.db
    .select({ isBlind: preferences.isBlind, isAfterReveal: preferences.isAfterReveal })
    .from(preferences)
    .where(eq(preferences.turnId, turn.id))
    .orderBy(asc(preferences.createdAt));

test('the first verdict on a blind turn reveals it and stays blind; a change after it is stored as given after the reveal', async () => {
  const made = await blindTurn();
  const first = ballotOf(made, [[0]]);
  expect(await setPreference(database.db, first)).toMatchObject({ isBlind: true, isAfterReveal: false });
  const at = await revealedAt(made);
  expect(at).toBeInstanceOf(Date);
  await setPreference(database.db, first);
  await setPreference(database.db, ballotOf(made, [[1]]));
  expect(await ballotsOn(made)).toEqual([
    { isBlind: true, isAfterReveal: false },
    { isBlind: false, isAfterReveal: true },
  ]);
  expect(await revealedAt(made)).toEqual(at);
});

test('an undo does not hide the names again', async () => {
  const made = await blindTurn();
  await setPreference(database.db, ballotOf(made, [[0]]));
  await clearPreference(database.db, keyOf(made));
  expect(await revealedAt(made)).toBeInstanceOf(Date);
});

test('a refused ballot reveals nothing', async () => {
  const made = await blindTurn();
  const refused = ballotOf(made, [[0]]);
  const foreign = { ...refused, ballot: { tiers: [[newId('response')]], worst: null } };
  await expect(setPreference(database.db, foreign)).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await revealedAt(made)).toBeNull();
});

test('a turn is revealed once, by its owner only, and only if it is blind', async () => {
  const made = await blindTurn();
  expect(await revealTurn(database.db, { ...keyOf(made), userId: (await makeUser(database.db)).id })).toBe(
    false,
  );
  expect(await revealedAt(made)).toBeNull();
  expect(await revealTurn(database.db, keyOf(made))).toBe(true);
  expect(await revealTurn(database.db, keyOf(made))).toBe(false);
  expect(await revealTurn(database.db, keyOf(await makeTurn(database.db)))).toBe(false);
  const deleted = await blindTurn();
  await softDeleteSession(database.db, { userId: deleted.user.id, sessionId: deleted.session.id });
  expect(await revealTurn(database.db, keyOf(deleted))).toBe(false);
});

test('a verdict after a reveal without one is not blind', async () => {
  const made = await blindTurn();
  await revealTurn(database.db, keyOf(made));
  await setPreference(database.db, ballotOf(made, [[0]]));
  expect(await ballotsOn(made)).toEqual([{ isBlind: false, isAfterReveal: true }]);
});

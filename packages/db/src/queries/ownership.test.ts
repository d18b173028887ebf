import { AppError } from '@aideator/contract/errors';
import { newId, type UserId } from '@aideator/contract/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../client.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import {
  ballotOf,
  claim,
  completed,
  type MadeTurn,
  makeTurn,
  makeUser,
  newRun,
  turnInput,
} from '../testing/factory.ts';
import { createAttempt } from './attempts.ts';
import { amendPreference, clearPreference, setPreference } from './preferences.ts';
import { deleteProviderKey, getProviderKey, listProviderKeys, upsertProviderKey } from './provider-keys.ts';
import { getResponse } from './responses.ts';
import { recordResult } from './results.ts';
import {
  getSession,
  listSessions,
  renameSession,
  restoreSession,
  softDeleteSession,
  touchSession,
} from './sessions.ts';
import { createTurn, getTurn, listTurns } from './turns.ts';

const sealed = {
  keyVersion: 1,
  wrappedKey: Buffer.alloc(32, 1),
  wrappedKeyIv: Buffer.alloc(12, 2),
  wrappedKeyTag: Buffer.alloc(16, 3),
  ciphertext: Buffer.from([0, 255, 10]),
  iv: Buffer.alloc(12, 4),
  tag: Buffer.alloc(16, 5),
  lastFour: 'abcd',
};

/** Every query that a person can reach, called by `userId` for objects of the owner. */
const QUERIES: [string, (db: Db, userId: UserId, made: MadeTurn) => Promise<unknown>][] = [
  ['getSession', (db, userId, { session }) => getSession(db, { userId, sessionId: session.id })],
  ['listSessions', async (db, userId) => (await listSessions(db, { userId })).items],
  ['listTurns', (db, userId, { session }) => listTurns(db, { userId, sessionId: session.id })],
  ['getTurn', (db, userId, { turn }) => getTurn(db, { userId, turnId: turn.id })],
  [
    'getResponse',
    (db, userId, { responses }) => getResponse(db, { userId, responseId: responses[0].responseId }),
  ],
  ['listProviderKeys', (db, userId) => listProviderKeys(db, { userId })],
  ['getProviderKey', (db, userId) => getProviderKey(db, { userId, provider: 'openai' })],
  ['touchSession', (db, userId, { session }) => touchSession(db, { userId, sessionId: session.id })],
  [
    'renameSession',
    (db, userId, { session }) => renameSession(db, { userId, sessionId: session.id, title: 'renamed' }),
  ],
  ['createTurn', (db, userId, { session }) => createTurn(db, turnInput({ userId, sessionId: session.id }))],
  ['amendPreference', (db, userId) => amendPreference(db, { userId, preferenceId, reasons: ['clearer'] })],
  ['setPreference', (db, userId, made) => setPreference(db, { ...ballotOf(made, [[0, 1]]), userId })],
  ['clearPreference', (db, userId, { turn }) => clearPreference(db, { userId, turnId: turn.id })],
  [
    'createAttempt',
    (db, userId, { responses }) =>
      createAttempt(db, { userId, responseId: responses[0].responseId, attempt: 1, run: newRun() }),
  ],
  [
    'softDeleteSession',
    (db, userId, { session }) => softDeleteSession(db, { userId, sessionId: session.id }),
  ],
  ['restoreSession', (db, userId, { session }) => restoreSession(db, { userId, sessionId: session.id })],
  ['deleteProviderKey', (db, userId) => deleteProviderKey(db, { userId, provider: 'openai' })],
];

/** Queries that do not concern the contents of a session, so its deletion does not affect them. */
const NOT_ABOUT_CONTENTS = ['listProviderKeys', 'getProviderKey', 'deleteProviderKey', 'restoreSession'];

let database: TestDatabase;
let made: MadeTurn;
let foreigner: UserId;
const preferenceId = newId('preference');

beforeAll(async () => {
  database = await cloneDatabase();
  made = await makeTurn(database.db);
  foreigner = (await makeUser(database.db)).id;
  await claim(database.db, made.responses[0]);
  await recordResult(database.db, { ...made.responses[0], attempt: 1, result: completed('private') });
  await setPreference(database.db, ballotOf(made, [[0]], { preferenceId }));
  await upsertProviderKey(database.db, { userId: made.user.id, provider: 'openai', sealed });
});
afterAll(() => database[Symbol.asyncDispose]());

/** True when a query returned and changed nothing. */
async function findsNothing(query: Promise<unknown>): Promise<boolean> {
  try {
    const found = await query;
    return found === undefined || found === false || (Array.isArray(found) && found.length === 0);
  } catch (error) {
    return error instanceof AppError && error.code === 'not_found';
  }
}

test.each(QUERIES)('%s finds nothing that belongs to another person', async (_, query) => {
  expect(await findsNothing(query(database.db, foreigner, made))).toBe(true);
});

test.each(QUERIES.filter(([name]) => !NOT_ABOUT_CONTENTS.includes(name)))(
  '%s finds nothing of a deleted session',
  async (_, query) => {
    const own = { userId: made.user.id, sessionId: made.session.id };
    await softDeleteSession(database.db, own);
    expect(await findsNothing(query(database.db, own.userId, made))).toBe(true);
    await restoreSession(database.db, own);
  },
);

// Last and in the order of the table, because some queries change what they find.
test.each(QUERIES)('%s finds it for its owner', async (_, query) => {
  expect(await findsNothing(query(database.db, made.user.id, made))).toBe(false);
});

test('a provider key is returned byte for byte and replaced as a whole', async () => {
  const { id: userId } = await makeUser(database.db);
  await upsertProviderKey(database.db, { userId, provider: 'mistral', sealed });
  const [shown] = await listProviderKeys(database.db, { userId });
  expect(Object.keys(shown ?? {}).toSorted()).toEqual(['createdAt', 'lastFour', 'provider', 'updatedAt']);
  expect(await getProviderKey(database.db, { userId, provider: 'mistral' })).toMatchObject(sealed);
  const renewed = { ...sealed, keyVersion: 2, ciphertext: Buffer.from('renewed'), lastFour: 'wxyz' };
  await upsertProviderKey(database.db, { userId, provider: 'mistral', sealed: renewed });
  expect(await getProviderKey(database.db, { userId, provider: 'mistral' })).toMatchObject(renewed);
  expect(await listProviderKeys(database.db, { userId })).toHaveLength(1);
});

import { AppError } from '@aideator/contract/errors';
import { newId, type UserId } from '@aideator/contract/ids';
import { SESSION_PAGE_SIZE_MAX } from '@aideator/contract/limits';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { responses } from '../schema/responses.ts';
import { sessions } from '../schema/sessions.ts';
import { usage } from '../schema/usage.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { claim, completed, makeTurn, makeUser } from '../testing/factory.ts';
import { recordResult } from './results.ts';
import {
  createSession,
  getSession,
  listSessions,
  purgeDeletedSessions,
  renameSession,
  restoreSession,
  softDeleteSession,
  touchSession,
} from './sessions.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** An id that no session has. */
const UNKNOWN = newId('session');

async function makeSessions(count: number) {
  const user = await makeUser(database.db);
  const made = [];
  for (let i = 0; i < count; i += 1) {
    made.push(await createSession(database.db, { userId: user.id, title: `Chat ${i}` }));
  }
  return { userId: user.id, ids: made.map(({ id }) => id) };
}

async function listAll(userId: UserId, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = await listSessions(database.db, { userId, cursor, limit });
    pages.push(page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return pages;
}

test('pages contain each session once, most recently used first, even if many have the same time', async () => {
  const { userId, ids } = await makeSessions(11);
  await database.db
    .update(sessions)
    .set({ updatedAt: new Date('2026-01-01T00:00:00.123Z') })
    .where(eq(sessions.userId, userId));
  await touchSession(database.db, { userId, sessionId: ids[3] ?? UNKNOWN });
  const pages = await listAll(userId, 4);
  expect(pages.map((page) => page.length)).toEqual([4, 4, 3]);
  expect(pages.flat()[0]).toBe(ids[3]);
  expect(pages.flat().toSorted()).toEqual(ids.toSorted());
});

test('a full last page has no next page', async () => {
  const { userId } = await makeSessions(4);
  expect(await listAll(userId, 4)).toHaveLength(1);
});

test('a page has between one session and the maximum, whatever the limit', async () => {
  const { userId } = await makeSessions(SESSION_PAGE_SIZE_MAX + 1);
  for (const limit of [SESSION_PAGE_SIZE_MAX + 1, 1_000_000, undefined])
    expect((await listSessions(database.db, { userId, ...(limit && { limit }) })).items).toHaveLength(
      SESSION_PAGE_SIZE_MAX,
    );
  expect((await listSessions(database.db, { userId, limit: -3 })).items).toHaveLength(1);
});

test('sessions that are added or moved between two calls do not hide others from later pages', async () => {
  const { userId, ids } = await makeSessions(6);
  const first = await listSessions(database.db, { userId, limit: 3 });
  const seen = first.items.map(({ id }) => id);
  await createSession(database.db, { userId, title: 'new' });
  await touchSession(database.db, { userId, sessionId: seen[2] ?? UNKNOWN });
  const second = await listSessions(database.db, { userId, limit: 10, cursor: first.nextCursor });
  expect([...seen, ...second.items.map(({ id }) => id)].toSorted()).toEqual(ids.toSorted());
});

test.each(['', 'x', 'W10', Buffer.from('["a",1]').toString('base64url')])(
  'a malformed cursor (%j) is refused, an empty one starts from the beginning',
  async (cursor) => {
    const { userId, ids } = await makeSessions(1);
    const listed = listSessions(database.db, { userId, cursor });
    if (cursor === '') expect((await listed).items.map(({ id }) => id)).toEqual(ids);
    else await expect(listed).rejects.toBeInstanceOf(AppError);
  },
);

test('a deleted session is hidden, can be restored, and is purged only after the retention time', async () => {
  const { user, session, responses: made } = await makeTurn(database.db);
  const [first] = made;
  await claim(database.db, first);
  await recordResult(database.db, { ...first, attempt: 1, result: completed('yes') });
  const key = { userId: user.id, sessionId: session.id };

  expect(await softDeleteSession(database.db, key)).toBe(true);
  expect(await softDeleteSession(database.db, key)).toBe(false);
  expect(await getSession(database.db, key)).toBeUndefined();
  expect((await listSessions(database.db, { userId: user.id })).items).toEqual([]);
  expect(await purgeDeletedSessions(database.db, { olderThan: new Date(Date.now() - 60_000) })).toBe(0);

  expect((await restoreSession(database.db, key))?.title).toBe(session.title);
  expect(await getSession(database.db, key)).toBeDefined();
  expect(await purgeDeletedSessions(database.db, { olderThan: new Date(Date.now() + 60_000) })).toBe(0);

  await softDeleteSession(database.db, key);
  expect(await purgeDeletedSessions(database.db, { olderThan: new Date(Date.now() + 60_000) })).toBe(1);
  expect(await restoreSession(database.db, key)).toBeUndefined();
  const left = await database.db.select().from(responses).where(eq(responses.id, first.responseId));
  expect(left).toEqual([]);
  const spent = await database.db.select().from(usage).where(eq(usage.userId, user.id));
  expect(spent.map(({ runId }) => runId)).toEqual([null]);
});

test('a purge removes at most the given number of sessions', async () => {
  const { userId, ids } = await makeSessions(3);
  for (const sessionId of ids) await softDeleteSession(database.db, { userId, sessionId });
  const olderThan = new Date(Date.now() + 60_000);
  expect(await purgeDeletedSessions(database.db, { olderThan, limit: 2 })).toBe(2);
  expect(await purgeDeletedSessions(database.db, { olderThan, limit: 2 })).toBe(1);
});

test('an automatic title does not replace a title that a person set', async () => {
  const { userId, ids } = await makeSessions(1);
  const key = { userId, sessionId: ids[0] ?? UNKNOWN };
  expect((await renameSession(database.db, { ...key, title: 'auto', custom: false }))?.title).toBe('auto');
  expect((await renameSession(database.db, { ...key, title: 'mine' }))?.titleIsCustom).toBe(true);
  expect(await renameSession(database.db, { ...key, title: 'auto', custom: false })).toBeUndefined();
  expect((await getSession(database.db, key))?.title).toBe('mine');
});

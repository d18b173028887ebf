import { newId, type SessionId, type UserId } from '@aideator/contract/ids';
import { SESSION_PAGE_SIZE_MAX } from '@aideator/contract/limits';
import { and, desc, eq, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Session, sessions } from '../schema/sessions.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** Condition: this session, of this person, not deleted. */
export function isLiveSession(params: { userId: UserId; sessionId: SessionId }): SQL | undefined {
  return and(
    eq(sessions.id, params.sessionId),
    eq(sessions.userId, params.userId),
    isNull(sessions.deletedAt),
  );
}

export interface SessionPage {
  items: Session[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/**
 * A person's sessions, most recently used first. `limit` is capped at SESSION_PAGE_SIZE_MAX.
 * Throws AppError `invalid_input` for a malformed cursor.
 */
export async function listSessions(
  db: DbOrTx,
  params: { userId: UserId; cursor?: string | null | undefined; limit?: number | undefined },
): Promise<SessionPage> {
  const limit = Math.min(Math.max(params.limit ?? SESSION_PAGE_SIZE_MAX, 1), SESSION_PAGE_SIZE_MAX);
  const after = params.cursor ? decodeCursor(params.cursor) : undefined;
  const rows = await db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, params.userId),
        isNull(sessions.deletedAt),
        after
          ? sql`(${sessions.updatedAt}, ${sessions.id}) < (${after.at.toISOString()}::timestamptz, ${after.id})`
          : undefined,
      ),
    )
    .orderBy(desc(sessions.updatedAt), desc(sessions.id))
    .limit(limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit;
  return { items, nextCursor: hasMore && last ? encodeCursor({ at: last.updatedAt, id: last.id }) : null };
}

export async function getSession(
  db: DbOrTx,
  params: { userId: UserId; sessionId: SessionId },
): Promise<Session | undefined> {
  const [session] = await db.select().from(sessions).where(isLiveSession(params));
  return session;
}

export async function createSession(
  db: DbOrTx,
  params: { id?: SessionId; userId: UserId; title: string; titleIsCustom?: boolean },
): Promise<Session> {
  const [session] = await db
    .insert(sessions)
    .values({
      id: params.id ?? newId('session'),
      userId: params.userId,
      title: params.title,
      titleIsCustom: params.titleIsCustom ?? false,
    })
    .returning();
  if (!session) throw new Error('insert returned no row');
  return session;
}

/** Renames a session without moving it in the list. With `custom: false` (an automatic title) it keeps a person's title. */
export async function renameSession(
  db: DbOrTx,
  params: { userId: UserId; sessionId: SessionId; title: string; custom?: boolean },
): Promise<Session | undefined> {
  const custom = params.custom ?? true;
  const [session] = await db
    .update(sessions)
    .set({ title: params.title, titleIsCustom: custom })
    .where(and(isLiveSession(params), custom ? undefined : eq(sessions.titleIsCustom, false)))
    .returning();
  return session;
}

/** Moves a session to the top of the list. */
export async function touchSession(
  db: DbOrTx,
  params: { userId: UserId; sessionId: SessionId },
): Promise<boolean> {
  const rows = await db
    .update(sessions)
    .set({ updatedAt: sql`now()` })
    .where(isLiveSession(params))
    .returning({ id: sessions.id });
  return rows.length > 0;
}

/** Hides a session; `restoreSession` brings it back until it is purged. Returns false if it does not exist. */
export async function softDeleteSession(
  db: DbOrTx,
  params: { userId: UserId; sessionId: SessionId },
): Promise<boolean> {
  const rows = await db
    .update(sessions)
    .set({ deletedAt: sql`now()` })
    .where(isLiveSession(params))
    .returning({ id: sessions.id });
  return rows.length > 0;
}

/** Undoes `softDeleteSession`. Returns the session, even if it was not deleted. */
export async function restoreSession(
  db: DbOrTx,
  params: { userId: UserId; sessionId: SessionId },
): Promise<Session | undefined> {
  const [session] = await db
    .update(sessions)
    .set({ deletedAt: null })
    .where(and(eq(sessions.id, params.sessionId), eq(sessions.userId, params.userId)))
    .returning();
  return session;
}

/** Removes at most `limit` sessions that were deleted before `olderThan`, with their contents. Returns their number. */
export async function purgeDeletedSessions(
  db: DbOrTx,
  params: { olderThan: Date; limit?: number },
): Promise<number> {
  const due = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(isNotNull(sessions.deletedAt), lt(sessions.deletedAt, params.olderThan)))
    .limit(params.limit ?? 500);
  const rows = await db.delete(sessions).where(inArray(sessions.id, due)).returning({ id: sessions.id });
  return rows.length;
}

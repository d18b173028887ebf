import { newId } from '@aideator/contract/ids';
import { SESSION_PAGE_SIZE_MAX } from '@aideator/contract/limits';
import { and, desc, eq, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type Session, sessions } from '../schema/sessions.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** Condition: this session, of this person, not deleted. */
export function isLiveSession(params: { userId: string; sessionId: string }): SQL | undefined {
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
 * A person's sessions, the one used last first. `limit` is cut to SESSION_PAGE_SIZE_MAX.
 * Throws AppError `invalid_input` for a cursor that is none.
 */
export async function listSessions(
  db: DbOrTx,
  params: { userId: string; cursor?: string | null | undefined; limit?: number },
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
  params: { userId: string; sessionId: string },
): Promise<Session | undefined> {
  const [session] = await db.select().from(sessions).where(isLiveSession(params));
  return session;
}

export async function createSession(
  db: DbOrTx,
  params: { id?: string; userId: string; title: string; titleIsCustom?: boolean },
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

/** Names a session. With `custom: false` (an automatic title) a name that a person gave stays. Does not move it in the list. */
export async function renameSession(
  db: DbOrTx,
  params: { userId: string; sessionId: string; title: string; custom?: boolean },
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
  params: { userId: string; sessionId: string },
): Promise<boolean> {
  const rows = await db
    .update(sessions)
    .set({ updatedAt: sql`now()` })
    .where(isLiveSession(params))
    .returning({ id: sessions.id });
  return rows.length > 0;
}

/** Hides a session; `restoreSession` brings it back until it is purged. False: not found. */
export async function softDeleteSession(
  db: DbOrTx,
  params: { userId: string; sessionId: string },
): Promise<boolean> {
  const rows = await db
    .update(sessions)
    .set({ deletedAt: sql`now()` })
    .where(isLiveSession(params))
    .returning({ id: sessions.id });
  return rows.length > 0;
}

/** Undoes `softDeleteSession`; answers the session, also when it was not deleted. */
export async function restoreSession(
  db: DbOrTx,
  params: { userId: string; sessionId: string },
): Promise<Session | undefined> {
  const [session] = await db
    .update(sessions)
    .set({ deletedAt: null })
    .where(and(eq(sessions.id, params.sessionId), eq(sessions.userId, params.userId)))
    .returning();
  return session;
}

/** Removes sessions that were deleted before `olderThan`, with all that belongs to them, `limit` at a time. Answers how many. */
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

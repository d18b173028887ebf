import { AppError } from '@aideator/contract/errors';
import type { SessionId, UserId } from '@aideator/contract/ids';
import type { SessionDetail, SessionView, TurnPage } from '@aideator/contract/views';
import {
  getSession,
  createSession as insertSession,
  purgeDeletedSessions,
  listSessions as selectSessions,
  renameSession as setTitle,
  softDeleteSession,
  restoreSession as undelete,
} from '@aideator/db/queries/sessions';
import { listActiveTurnIds, listTurnPage, type TurnRows } from '@aideator/db/queries/turn-pages';
import type { ApiDeps } from '../../deps.ts';
import { sessionView, turnView } from '../viewing/views.ts';
import { cancelTurn } from './cancel-turn.ts';

const NEW_TITLE = 'New chat';
/** A deleted session can be restored for this long. After that the sweeper purges it. */
const UNDO_SECONDS = 3_600;

interface OwnSession {
  userId: UserId;
  sessionId: SessionId;
}

function found<T>(session: T | undefined): T {
  if (session === undefined) throw new AppError('not_found', 'no such session');
  return session;
}

/** A page of a person's sessions, most recently used first. Throws `invalid_input` for a malformed cursor. */
export async function listSessions(
  deps: ApiDeps,
  params: { userId: UserId; cursor?: string | null | undefined; limit?: number | undefined },
): Promise<{ items: SessionView[]; nextCursor: string | null }> {
  const { items, nextCursor } = await selectSessions(deps.db, params);
  return { items: items.map(sessionView), nextCursor };
}

/** A session with its newest turns. Throws `not_found`. */
export async function getSessionDetail(deps: ApiDeps, params: OwnSession): Promise<SessionDetail> {
  const [session, rows] = await Promise.all([getSession(deps.db, params), listTurnPage(deps.db, params)]);
  return { ...sessionView(found(session)), ...turnPage(rows) };
}

/** The page of turns before this turn number; may be empty. Throws `not_found`. */
export async function listOlderTurns(
  deps: ApiDeps,
  params: OwnSession & { before: number },
): Promise<TurnPage> {
  const [session, rows] = await Promise.all([getSession(deps.db, params), listTurnPage(deps.db, params)]);
  found(session);
  return turnPage(rows);
}

function turnPage({ turns, hasOlder }: TurnRows): TurnPage {
  return { turns: turns.map(turnView), olderBefore: (hasOlder && turns[0]?.turn.number) || null };
}

export async function createSession(
  deps: ApiDeps,
  params: { userId: UserId; title?: string | undefined },
): Promise<SessionView> {
  const { userId, title } = params;
  const titleIsCustom = title !== undefined;
  return sessionView(await insertSession(deps.db, { userId, title: title ?? NEW_TITLE, titleIsCustom }));
}

/** Throws `not_found`. */
export async function renameSession(
  deps: ApiDeps,
  params: OwnSession & { title: string },
): Promise<SessionView> {
  return sessionView(found(await setTitle(deps.db, params)));
}

/** Cancels the unfinished runs of the session and hides it. Throws `not_found`. */
export async function deleteSession(deps: ApiDeps, params: OwnSession): Promise<{ undoUntil: Date }> {
  const active = await listActiveTurnIds(deps.db, params);
  await Promise.all(active.map((turnId) => cancelTurn(deps, { userId: params.userId, turnId })));
  if (!(await softDeleteSession(deps.db, params))) throw new AppError('not_found', 'no such session');
  return { undoUntil: new Date(Date.now() + UNDO_SECONDS * 1_000) };
}

/** Throws `not_found`, also for a purged session. */
export async function restoreSession(deps: ApiDeps, params: OwnSession): Promise<SessionView> {
  return sessionView(found(await undelete(deps.db, params)));
}

const PURGED_AT_ONCE_MAX = 500;

/** Purges sessions that can no longer be restored, with everything in them but their usage. Returns their number. */
export async function purgeSessions({ db }: Pick<ApiDeps, 'db'>): Promise<number> {
  const olderThan = new Date(Date.now() - UNDO_SECONDS * 1_000);
  let purged = 0;
  let last: number;
  do {
    last = await purgeDeletedSessions(db, { olderThan, limit: PURGED_AT_ONCE_MAX });
    purged += last;
  } while (last === PURGED_AT_ONCE_MAX);
  return purged;
}

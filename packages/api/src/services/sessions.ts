import { AppError } from '@aideator/contract/errors';
import type { SessionDetail, SessionView } from '@aideator/contract/views';
import {
  getSession,
  createSession as insertSession,
  purgeDeletedSessions,
  renameSession as setTitle,
  softDeleteSession,
  restoreSession as undelete,
} from '@aideator/db/queries/sessions';
import { listTurns } from '@aideator/db/queries/turns';
import type { ApiDeps } from '../deps.ts';
import { cancelTurn } from './cancel.ts';
import { sessionView, turnView } from './views.ts';

const NEW_TITLE = 'New chat';
/** A deleted session can be brought back for this long; later it is purged. */
const UNDO_SECONDS = 3_600;

interface OwnSession {
  userId: string;
  sessionId: string;
}

function found<T>(session: T | undefined): T {
  if (session === undefined) throw new AppError('not_found', 'no such session');
  return session;
}

/** Throws `not_found`. */
export async function getSessionDetail(deps: ApiDeps, params: OwnSession): Promise<SessionDetail> {
  const [session, turns] = await Promise.all([getSession(deps.db, params), listTurns(deps.db, params)]);
  return { ...sessionView(found(session)), turns: turns.map(turnView) };
}

export async function createSession(
  deps: ApiDeps,
  params: { userId: string; title?: string | undefined },
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

/** Stops what still runs in the session and hides it. Throws `not_found`. */
export async function deleteSession(deps: ApiDeps, params: OwnSession): Promise<{ undoUntil: Date }> {
  const turns = await listTurns(deps.db, params);
  const active = turns.map(turnView).filter((turn) => turn.active);
  await Promise.all(active.map(({ id }) => cancelTurn(deps, { userId: params.userId, turnId: id })));
  if (!(await softDeleteSession(deps.db, params))) throw new AppError('not_found', 'no such session');
  await purgeDeletedSessions(deps.db, { olderThan: new Date(Date.now() - UNDO_SECONDS * 1_000) });
  return { undoUntil: new Date(Date.now() + UNDO_SECONDS * 1_000) };
}

/** Throws `not_found`, also when it was purged. */
export async function restoreSession(deps: ApiDeps, params: OwnSession): Promise<SessionView> {
  return sessionView(found(await undelete(deps.db, params)));
}

import type { SessionId, TurnId, UserId } from '@aideator/contract/ids';
import { RESPONSE_EXCERPT_CHARS, TURN_PAGE_CHARS_MAX, TURNS_PER_PAGE_MAX } from '@aideator/contract/limits';
import { isTerminal, UNFINISHED_STATUSES } from '@aideator/contract/statuses';
import { and, asc, desc, eq, getTableColumns, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { preferences } from '../schema/preferences.ts';
import { type Response, responses } from '../schema/responses.ts';
import { sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';
import { type PreferenceDetail, withBallots } from './ballots.ts';
import { isLiveSession } from './sessions.ts';

/** A turn with everything that a page shows. */
export interface TurnDetail {
  turn: Turn;
  /** Ordered by position. */
  responses: ResponseRow[];
  /** The person's current verdict. */
  preference: PreferenceDetail | null;
}

/** A page of turns, oldest first, with excerpts of long answers. */
export interface TurnRows {
  turns: TurnDetail[];
  hasOlder: boolean;
}

/**
 * The newest turns of a session, or the newest before a number: at most `TURNS_PER_PAGE_MAX` turns with at most
 * `TURN_PAGE_CHARS_MAX` characters, but always at least one.
 */
export async function listTurnPage(
  db: DbOrTx,
  params: { userId: UserId; sessionId: SessionId; before?: number | undefined },
): Promise<TurnRows> {
  const where = and(
    eq(turns.sessionId, params.sessionId),
    params.before === undefined ? undefined : lt(turns.number, params.before),
  );
  const found = await loadTurns(db, { userId: params.userId, where, newest: TURNS_PER_PAGE_MAX + 1 });
  const fitting = fittingFromNewest(found.slice(-TURNS_PER_PAGE_MAX));
  return { turns: fitting, hasOlder: found.length > fitting.length };
}

function fittingFromNewest(found: TurnDetail[]): TurnDetail[] {
  let chars = 0;
  const tooMuch = found.findLastIndex(({ turn, responses: shown }, i) => {
    chars += shown.reduce(
      (sum, { text, reasoning }) => sum + text.length + reasoning.length,
      turn.prompt.length,
    );
    return chars > TURN_PAGE_CHARS_MAX && i < found.length - 1;
  });
  return found.slice(tooMuch + 1);
}

/** A person's turn with excerpts of long answers, as in its session. */
export async function getTurnForPage(
  db: DbOrTx,
  params: { userId: UserId; turnId: TurnId },
): Promise<TurnDetail | undefined> {
  const [detail] = await loadTurns(db, { userId: params.userId, where: eq(turns.id, params.turnId) });
  return detail;
}

/** The ids of a session's turns with an unfinished response. */
export async function listActiveTurnIds(
  db: DbOrTx,
  params: { userId: UserId; sessionId: SessionId },
): Promise<TurnId[]> {
  const rows = await db
    .selectDistinct({ id: turns.id })
    .from(turns)
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .innerJoin(responses, eq(responses.turnId, turns.id))
    .where(and(isLiveSession(params), inArray(responses.status, [...UNFINISHED_STATUSES])));
  return rows.map(({ id }) => id);
}

/** The state of a turn, without its texts. */
export interface TurnStanding extends Pick<Turn, 'isBlind' | 'revealPace' | 'revealedAt'> {
  isOver: boolean;
}

/** The state of a person's turn. Undefined for a turn of another person. */
export async function getTurnStanding(
  db: DbOrTx,
  params: { userId: UserId; turnId: TurnId },
): Promise<TurnStanding | undefined> {
  const { isBlind, revealPace, revealedAt } = getTableColumns(turns);
  const rows = await db
    .select({ turn: { isBlind, revealPace, revealedAt }, status: responses.status })
    .from(turns)
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .leftJoin(responses, eq(responses.turnId, turns.id))
    .where(and(eq(turns.id, params.turnId), eq(sessions.userId, params.userId), isNull(sessions.deletedAt)));
  const [first] = rows;
  if (!first) return undefined;
  return { ...first.turn, isOver: rows.every(({ status }) => status === null || isTerminal(status)) };
}

/** A response with the first characters of its text and reasoning, as in its turn. */
export type ResponseRow = Response & { isExcerpt?: boolean };

function responseColumns(isWhole: boolean) {
  const columns = getTableColumns(responses);
  if (isWhole) return { ...columns, isExcerpt: sql<boolean>`false` };
  const { text, reasoning } = columns;
  return {
    ...columns,
    text: sql<string>`left(${text}, ${RESPONSE_EXCERPT_CHARS})`,
    reasoning: sql<string>`left(${reasoning}, ${RESPONSE_EXCERPT_CHARS})`,
    isExcerpt: sql<boolean>`greatest(length(${text}), length(${reasoning})) > ${RESPONSE_EXCERPT_CHARS}`,
  };
}

export interface LoadTurnsParams {
  userId: UserId;
  where: SQL | undefined;
  /** Maximum number of turns; the newest are kept. */
  newest?: number;
  /** True for whole answers instead of excerpts. */
  isWhole?: boolean;
}

/** Turns of a person's undeleted sessions, oldest first. Takes at most four queries, whatever their number. */
export async function loadTurns(db: DbOrTx, params: LoadTurnsParams): Promise<TurnDetail[]> {
  const newestFirst = db
    .select({ turn: turns })
    .from(turns)
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(and(params.where, eq(sessions.userId, params.userId), isNull(sessions.deletedAt)))
    .orderBy(desc(turns.number))
    .$dynamic();
  const rows = (
    await (params.newest === undefined ? newestFirst : newestFirst.limit(params.newest))
  ).reverse();
  const ids = rows.map((row) => row.turn.id);
  if (ids.length === 0) return [];
  const responseRows = await db
    .select(responseColumns(params.isWhole === true))
    .from(responses)
    .where(inArray(responses.turnId, ids))
    .orderBy(asc(responses.position));
  const verdicts = await listCurrentPreferences(db, { userId: params.userId, turnIds: ids });
  const responsesOf = Map.groupBy(responseRows, (row) => row.turnId);
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.turnId, verdict]));
  return rows.map(({ turn }) => ({
    turn,
    responses: responsesOf.get(turn.id) ?? [],
    preference: verdictOf.get(turn.id) ?? null,
  }));
}

async function listCurrentPreferences(
  db: DbOrTx,
  params: { userId: UserId; turnIds: readonly TurnId[] },
): Promise<PreferenceDetail[]> {
  const current = await db
    .select()
    .from(preferences)
    .where(
      and(
        inArray(preferences.turnId, [...params.turnIds]),
        eq(preferences.userId, params.userId),
        isNull(preferences.supersededAt),
      ),
    );
  return withBallots(db, current);
}

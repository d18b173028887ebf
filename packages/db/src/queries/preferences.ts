import { type Ballot, namedIn, verdictOf } from '@aideator/contract/ballots';
import type { Circumstances } from '@aideator/contract/circumstances';
import { continueWithOf } from '@aideator/contract/continuation';
import { AppError } from '@aideator/contract/errors';
import type { PreferenceId, ResponseId, TurnId, UserId } from '@aideator/contract/ids';
import type { Reason, WorstReason } from '@aideator/contract/reasons';
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { ballotEntries } from '../schema/ballot-entries.ts';
import { preferences } from '../schema/preferences.ts';
import { sessions } from '../schema/sessions.ts';
import { type Turn, turns } from '../schema/turns.ts';
import {
  judgedEntries,
  lockJudged,
  markWorst,
  type NamesItself,
  type PreferenceDetail,
  withBallots,
} from './ballots.ts';
import { revealTurn } from './reveals.ts';

interface OwnTurn {
  turnId: TurnId;
  userId: UserId;
}

export interface SetPreferenceParams extends OwnTurn {
  /** A repeated call with the same id changes nothing. */
  preferenceId: PreferenceId;
  ballot: Ballot;
  /** After several were called equally good: the one of them that the session continues with. */
  continueWith: ResponseId | null;
  reasons: Reason[];
  worstReasons: WorstReason[];
  feedback: string | null;
  circumstances: Circumstances;
  /** Without it, the ballot does not know whether answers name their models. */
  namesItself?: NamesItself;
}

/**
 * Stores a ballot as the person's current verdict on the turn, reveals a blind turn, and returns the current verdict. The
 * previous one stays in the history. A ballot that was kept while the connection was lost goes straight into the history if the person has
 * decided anew since. Throws AppError `not_found` for a turn of another person, `invalid_input` when the ballot does not
 * fit the turn, `conflict` when a named response was retried since the page showed it.
 */
export async function setPreference(
  db: DbOrTx,
  params: SetPreferenceParams,
): Promise<PreferenceDetail | null> {
  const { ballot, continueWith } = params;
  if (continueWith !== null && continueWithOf(ballot, continueWith) !== continueWith)
    throw new AppError('invalid_input', 'the session can only continue with one of the best responses');
  return db.transaction(async (tx) => {
    const turn = await lockOwnTurn(tx, params);
    if (!(await isStored(tx, params))) {
      await insertPreference(tx, turn, params);
      await revealTurn(tx, params);
    }
    return currentPreference(tx, params);
  });
}

/** True for a repeated call. Throws AppError `conflict` when the id belongs to another verdict. */
async function isStored(tx: DbOrTx, params: OwnTurn & { preferenceId: PreferenceId }): Promise<boolean> {
  const [stored] = await tx.select().from(preferences).where(eq(preferences.id, params.preferenceId));
  if (!stored) return false;
  if (stored.userId !== params.userId || stored.turnId !== params.turnId)
    throw new AppError('conflict', 'the id belongs to another verdict');
  return true;
}

async function insertPreference(tx: DbOrTx, turn: Turn, params: SetPreferenceParams): Promise<void> {
  const { preferenceId, turnId, userId, ballot, circumstances } = params;
  const { panels } = circumstances;
  const { namesItself } = params;
  const entries = await judgedEntries(tx, { preferenceId, turnId, ballot, panels, namesItself });
  const decidedAt = decisionTime(circumstances.decidedMsAgo);
  const isOutdated = await hasDecidedAfter(tx, params, decidedAt);
  if (!isOutdated) await supersede(tx, params);
  await tx.insert(preferences).values({
    id: preferenceId,
    turnId,
    userId,
    verdict: verdictOf(ballot),
    responseId: continueWithOf(ballot, params.continueWith),
    reasons: params.reasons,
    worstReasons: params.worstReasons,
    feedback: params.feedback,
    isBlind: turn.isBlind && turn.revealedAt === null,
    isAfterReveal: turn.revealedAt !== null,
    metricsVisible: circumstances.metricsVisible,
    widthClass: circumstances.widthClass,
    msSinceFirstAnswer: circumstances.msSinceFirstAnswer,
    decidedAt: sql`greatest(${decidedAt}, ${turn.createdAt})`,
    ...(isOutdated && { supersededAt: sql`clock_timestamp()` }),
  });
  await tx.insert(ballotEntries).values(entries);
}

/** By the database's clock. Not `now()`: the transaction began before it waited for the turn. */
const decisionTime = (msAgo: number): SQL => sql`clock_timestamp() - make_interval(secs => ${msAgo / 1_000})`;

/** How long a call may take. Of two decisions within that time, the one whose call arrives last counts as the later. */
const CALL_SECONDS_MAX = 10;

/** True if the person's verdict on the turn was clearly decided after this time. */
async function hasDecidedAfter(tx: DbOrTx, params: OwnTurn, decidedAt: SQL): Promise<boolean> {
  const rows = await tx
    .select({ id: preferences.id })
    .from(preferences)
    .where(
      and(
        ofTurn(params),
        sql`coalesce(${preferences.decidedAt}, ${preferences.createdAt}) > ${decidedAt} + make_interval(secs => ${CALL_SECONDS_MAX})`,
      ),
    )
    .limit(1);
  return rows.length > 0;
}

export interface AmendPreferenceParams {
  userId: UserId;
  preferenceId: PreferenceId;
  worst?: ResponseId | undefined;
  continueWith?: ResponseId | null | undefined;
  reasons?: Reason[] | undefined;
  worstReasons?: WorstReason[] | undefined;
  feedback?: string | null | undefined;
}

/**
 * Adds to a current verdict without changing its circumstances; absent keys do not change. Throws AppError `not_found` for
 * a verdict of another person, `invalid_input` for a response that cannot be the worst or continued with, and `conflict`
 * when the verdict is not current, already has another worst, was given before the names were revealed, or the new worst
 * was retried since.
 */
export async function amendPreference(db: DbOrTx, params: AmendPreferenceParams): Promise<PreferenceDetail> {
  return db.transaction(async (tx) => {
    const { turn, preference } = await lockOwnPreference(tx, params);
    const { worst, continueWith, reasons, worstReasons, feedback } = params;
    if (continueWith && continueWithOf(preference, continueWith) !== continueWith)
      throw new AppError('invalid_input', 'the session can only continue with one of the best responses');
    if (worst !== undefined && worst !== preference.worst) await addWorst(tx, { turn, preference, worst });
    await tx
      .update(preferences)
      .set({
        ...(continueWith !== undefined && { responseId: continueWithOf(preference, continueWith) }),
        ...(reasons && { reasons }),
        ...(worstReasons && { worstReasons }),
        ...(feedback !== undefined && { feedback }),
        amendedAt: sql`clock_timestamp()`,
      })
      .where(eq(preferences.id, preference.id));
    const amended = await currentPreference(tx, { turnId: turn.id, userId: params.userId });
    if (!amended) throw new Error('the verdict is locked and current');
    return amended;
  });
}

interface AddWorstParams {
  turn: Turn;
  preference: PreferenceDetail;
  worst: ResponseId;
}

async function addWorst(tx: DbOrTx, { turn, preference, worst }: AddWorstParams): Promise<void> {
  if (preference.worst !== null) throw new AppError('conflict', 'another response is the worst');
  if (namedIn(preference).includes(worst)) throw new AppError('invalid_input', 'the worst is in a tier');
  if (preference.isBlind && turn.revealedAt !== null)
    throw new AppError('conflict', 'a blind ballot does not change after the reveal');
  const judged = (await lockJudged(tx, { turnId: turn.id })).find(({ id }) => id === worst);
  const [entry] = await tx
    .select()
    .from(ballotEntries)
    .where(and(eq(ballotEntries.preferenceId, preference.id), eq(ballotEntries.responseId, worst)));
  if (!judged || !entry) throw new AppError('invalid_input', 'the ballot has no such response');
  if (judged.attempt !== entry.attempt) throw new AppError('conflict', `${worst} was retried`);
  await markWorst(tx, { preferenceId: preference.id, responseId: worst });
}

/**
 * Clears the current verdict, or only the one with this id if there is an id. Returns false if it was not current. Throws
 * AppError `not_found` for a turn of another person.
 */
export async function clearPreference(
  db: DbOrTx,
  params: OwnTurn & { preferenceId?: PreferenceId | undefined },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    await lockOwnTurn(tx, params);
    const { preferenceId } = params;
    return (await supersede(tx, params, preferenceId && eq(preferences.id, preferenceId))) > 0;
  });
}

const ofTurn = ({ turnId, userId }: OwnTurn): SQL | undefined =>
  and(eq(preferences.turnId, turnId), eq(preferences.userId, userId));

async function currentPreference(tx: DbOrTx, params: OwnTurn): Promise<PreferenceDetail | null> {
  const current = await tx
    .select()
    .from(preferences)
    .where(and(ofTurn(params), isNull(preferences.supersededAt)));
  const [detail] = await withBallots(tx, current);
  return detail ?? null;
}

/** Locks the turn, so that there is never more than one current verdict. */
async function lockOwnTurn(tx: DbOrTx, params: OwnTurn): Promise<Turn> {
  const [row] = await tx
    .select({ turn: turns })
    .from(turns)
    .innerJoin(sessions, eq(sessions.id, turns.sessionId))
    .where(and(eq(turns.id, params.turnId), eq(sessions.userId, params.userId), isNull(sessions.deletedAt)))
    .for('no key update', { of: turns });
  if (!row) throw new AppError('not_found', 'no such turn');
  return row.turn;
}

async function lockOwnPreference(
  tx: DbOrTx,
  params: { userId: UserId; preferenceId: PreferenceId },
): Promise<{ turn: Turn; preference: PreferenceDetail }> {
  const { userId, preferenceId } = params;
  const [found] = await tx
    .select({ turnId: preferences.turnId })
    .from(preferences)
    .where(and(eq(preferences.id, preferenceId), eq(preferences.userId, userId)));
  if (!found) throw new AppError('not_found', 'no such verdict');
  const turn = await lockOwnTurn(tx, { userId, turnId: found.turnId });
  const preference = await currentPreference(tx, { userId, turnId: turn.id });
  if (preference?.id !== preferenceId) throw new AppError('conflict', 'the verdict is not current');
  return { turn, preference };
}

async function supersede(tx: DbOrTx, params: OwnTurn, more?: SQL): Promise<number> {
  const rows = await tx
    .update(preferences)
    .set({ supersededAt: sql`clock_timestamp()` })
    .where(and(ofTurn(params), isNull(preferences.supersededAt), more))
    .returning({ id: preferences.id });
  return rows.length;
}

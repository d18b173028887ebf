import { type Ballot, namedIn } from '@aideator/contract/ballots';
import type { SeenPanel } from '@aideator/contract/circumstances';
import { AppError } from '@aideator/contract/errors';
import type { PreferenceId, ResponseId, TurnId } from '@aideator/contract/ids';
import { isTerminal } from '@aideator/contract/statuses';
import { and, asc, eq, inArray, isNotNull, or, sql } from 'drizzle-orm';
import type { DbOrTx } from '../client.ts';
import { type BallotEntry, ballotEntries } from '../schema/ballot-entries.ts';
import type { Preference } from '../schema/preferences.ts';
import { responses } from '../schema/responses.ts';

/** A verdict with its ballot. */
export type PreferenceDetail = Preference & Ballot;

/** The ballots of these verdicts. For the server only: ownership is not checked. */
export async function withBallots(db: DbOrTx, verdicts: readonly Preference[]): Promise<PreferenceDetail[]> {
  if (verdicts.length === 0) return [];
  const rows = await db
    .select()
    .from(ballotEntries)
    .where(
      and(
        inArray(
          ballotEntries.preferenceId,
          verdicts.map(({ id }) => id),
        ),
        or(isNotNull(ballotEntries.tier), ballotEntries.isWorst),
      ),
    )
    .orderBy(asc(ballotEntries.tier), asc(ballotEntries.place));
  const entriesOf = Map.groupBy(rows, ({ preferenceId }) => preferenceId);
  return verdicts.map((verdict) => ({ ...verdict, ...ballotOf(entriesOf.get(verdict.id) ?? []) }));
}

function ballotOf(entries: readonly BallotEntry[]): Ballot {
  const inTiers = entries.filter(({ tier }) => tier !== null);
  const tiers = [...Map.groupBy(inTiers, ({ tier }) => tier).values()];
  return {
    tiers: tiers.map((tier) => tier.map(({ responseId }) => responseId)),
    worst: entries.find(({ isWorst }) => isWorst)?.responseId ?? null,
  };
}

/** A response of a turn, as it is now. */
export type Judged = Pick<
  typeof responses.$inferSelect,
  'id' | 'attempt' | 'status' | 'modelId' | 'modelName' | 'provider' | 'answeredBy' | 'parameters' | 'text'
> & { textChars: number };

/** True if an answer names its own model or maker. */
export type NamesItself = (response: Judged) => boolean;

/**
 * The responses of a turn, locked, so that their results are recorded either before or after the caller's transaction:
 * `recordResult` completes the entries that it finds.
 */
export async function lockJudged(tx: DbOrTx, params: { turnId: TurnId }): Promise<Judged[]> {
  return tx
    .select({
      id: responses.id,
      attempt: responses.attempt,
      status: responses.status,
      modelId: responses.modelId,
      modelName: responses.modelName,
      provider: responses.provider,
      text: responses.text,
      answeredBy: responses.answeredBy,
      parameters: responses.parameters,
      textChars: sql<number>`length(${responses.text})`,
    })
    .from(responses)
    .where(eq(responses.turnId, params.turnId))
    .orderBy(asc(responses.position))
    .for('share');
}

export interface JudgedEntriesParams {
  preferenceId: PreferenceId;
  turnId: TurnId;
  ballot: Ballot;
  /** In the order shown. */
  panels: readonly SeenPanel[];
  /** Without it, that is not known. */
  namesItself?: NamesItself | undefined;
}

type NewEntry = typeof ballotEntries.$inferInsert;

/**
 * What each response of the turn was when the person decided, as rows to insert after the verdict. Throws AppError `invalid_input` unless the panels are
 * the turn's responses, and `conflict` when a named response was retried since the page showed it.
 */
export async function judgedEntries(tx: DbOrTx, input: JudgedEntriesParams): Promise<NewEntry[]> {
  const judged = await lockJudged(tx, input);
  const byId = new Map(judged.map((response) => [response.id, response]));
  const tierOf = new Map(input.ballot.tiers.flatMap((tier, i) => tier.map((id) => [id, i + 1] as const)));
  const named = new Set(namedIn(input.ballot));
  const rows = input.panels.map((panel, place) => {
    const now = byId.get(panel.responseId);
    if (!now || panel.attempt > now.attempt)
      throw new AppError('invalid_input', `${panel.responseId} was not shown on this turn`);
    const isSameAttempt = panel.attempt === now.attempt;
    if (!isSameAttempt && named.delete(panel.responseId))
      throw new AppError('conflict', `${panel.responseId} is at attempt ${now.attempt}`);
    named.delete(panel.responseId);
    return {
      ...panel,
      preferenceId: input.preferenceId,
      turnId: input.turnId,
      place,
      tier: tierOf.get(panel.responseId) ?? null,
      isWorst: panel.responseId === input.ballot.worst,
      modelId: now.modelId,
      parameters: now.parameters,
      answeredBy: isSameAttempt ? now.answeredBy : null,
      textChars: isSameAttempt && isTerminal(now.status) ? now.textChars : null,
      namesItself: isSameAttempt && isTerminal(now.status) ? (input.namesItself?.(now) ?? null) : null,
    };
  });
  if (rows.length < judged.length || named.size > 0)
    throw new AppError('invalid_input', 'the panels are not the responses of the turn');
  return rows;
}

/** Names the worst response of a stored ballot. The caller has checked the ballot. */
export async function markWorst(
  tx: DbOrTx,
  params: { preferenceId: PreferenceId; responseId: ResponseId },
): Promise<void> {
  await tx
    .update(ballotEntries)
    .set({ isWorst: true })
    .where(
      and(
        eq(ballotEntries.preferenceId, params.preferenceId),
        eq(ballotEntries.responseId, params.responseId),
      ),
    );
}

/** Completes the entries of an attempt that has just ended, for ballots that were given before. */
export async function completeEntries(
  tx: DbOrTx,
  params: { responseId: ResponseId; attempt: number; answeredBy: string | null; namesItself: boolean | null },
): Promise<void> {
  await tx
    .update(ballotEntries)
    .set({
      answeredBy: params.answeredBy,
      namesItself: params.namesItself,
      textChars: sql`(select length(${responses.text}) from ${responses} where ${responses.id} = ${params.responseId})`,
    })
    .where(and(eq(ballotEntries.responseId, params.responseId), eq(ballotEntries.attempt, params.attempt)));
}

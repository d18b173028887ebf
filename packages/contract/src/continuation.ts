import { type Ballot, bestOf } from './ballots.ts';
import type { ResponseId } from './ids.ts';
import type { TurnMode } from './statuses.ts';

/**
 * The response that a session continues with after a ballot: the only one of the first tier, or the one of several that
 * the person named. Null if there is none.
 */
export function continueWithOf(
  ballot: Pick<Ballot, 'tiers'>,
  named: ResponseId | null = null,
): ResponseId | null {
  const best = bestOf(ballot);
  if (best.length === 1) return best[0] ?? null;
  return named !== null && best.includes(named) ? named : null;
}

/** The part of a preference that decides how the session continues. */
export interface Choice {
  continueWith: ResponseId | null;
}

/** The part of a turn that decides how the next one continues. Responses are ordered by position. */
export interface ChoiceTurn<R extends { responseId: ResponseId }> {
  mode: TurnMode;
  preference: Choice | null;
  responses: readonly R[];
}

/** The response that a turn continues with: the chosen one of a comparison, the only one of a continued turn. */
export function chosenResponse<R extends { responseId: ResponseId }>(turn: ChoiceTurn<R>): R | undefined {
  if (turn.mode === 'continue') return turn.responses[0];
  const chosenId = turn.preference?.continueWith;
  return turn.responses.find(({ responseId }) => responseId === chosenId);
}

/**
 * The response that `continue` uses: the choice in the last turn. Page and server share this rule. An earlier choice does
 * not count, since the person has compared again after it.
 */
export function continuedResponse<R extends { responseId: ResponseId }>(
  turns: readonly ChoiceTurn<R>[],
): R | undefined {
  const last = turns.at(-1);
  return last && chosenResponse(last);
}

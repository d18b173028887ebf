import { areNamesHidden } from '@aideator/contract/blind';
import { chosenResponse, continuedResponse } from '@aideator/contract/continuation';
import type { ResponseState } from '@aideator/contract/frames';
import type { ResponseId, TurnId } from '@aideator/contract/ids';
import type { RevealPace } from '@aideator/contract/statuses';
import type {
  PreferenceView,
  ResponseView,
  SessionDetail,
  TurnPage,
  TurnView,
} from '@aideator/contract/views';

import { isGoOn } from './go-on.ts';

type Detail = SessionDetail | undefined;

function mapTurn(detail: Detail, turnId: TurnId, change: (turn: TurnView) => TurnView): Detail {
  if (!detail?.turns.some((turn) => turn.id === turnId)) return detail;
  return { ...detail, turns: detail.turns.map((turn) => (turn.id === turnId ? change(turn) : turn)) };
}

/** Adds or replaces a turn. */
export function withTurn(detail: Detail, turn: TurnView): Detail {
  if (!detail) return detail;
  if (detail.turns.some((known) => known.id === turn.id)) return mapTurn(detail, turn.id, () => turn);
  return { ...detail, turns: [...detail.turns, turn].toSorted((a, b) => a.number - b.number) };
}

export function withPreference(detail: Detail, turnId: TurnId, preference: PreferenceView | null): Detail {
  return mapTurn(detail, turnId, (turn) => ({ ...turn, preference }));
}

/** Ends a turn with the states that the live stream showed. */
export function withTurnOver(detail: Detail, turnId: TurnId, states: readonly ResponseState[]): Detail {
  const byId = new Map(states.map((state) => [state.responseId, state]));
  return mapTurn(detail, turnId, (turn) => ({
    ...turn,
    active: false,
    responses: turn.responses.map(
      (response): ResponseView => ({
        ...(byId.get(response.responseId) ?? response),
        modelId: response.modelId,
        modelName: response.modelName,
      }),
    ),
  }));
}

/** The session with a page of older turns before the known ones. */
export function withOlderTurns(detail: Detail, page: TurnPage): Detail {
  if (!detail) return detail;
  const known = new Set(detail.turns.map(({ id }) => id));
  const older = page.turns.filter(({ id }) => !known.has(id));
  return { ...detail, turns: [...older, ...detail.turns], olderBefore: page.olderBefore };
}

/** A session that is loaded again contains only its newest turns, so keep the older ones that were shown. */
export function keepOlderTurns(shown: SessionDetail | undefined, loaded: SessionDetail): SessionDetail {
  const oldest = loaded.turns[0]?.number;
  if (!shown || oldest === undefined) return loaded;
  const older = shown.turns.filter(({ number }) => number < oldest);
  return older.length === 0
    ? loaded
    : { ...loaded, turns: [...older, ...loaded.turns], olderBefore: shown.olderBefore };
}

export interface Continuation {
  responseId: ResponseId;
  modelId: string;
  modelName: string;
  /** The position whose accent the model has. */
  position: number;
}

/**
 * The position of a model in its last comparison, so that it keeps its accent when the session continues with it. If
 * the model was in that comparison twice, the position of the chosen response counts.
 */
export function accentPosition(
  turns: readonly TurnView[],
  response: Pick<ResponseView, 'modelId' | 'position'>,
): number {
  for (const turn of turns.toReversed()) {
    if (turn.mode !== 'compare') continue;
    const seen = turn.responses.filter((other) => other.modelId === response.modelId);
    const [first] = seen;
    if (first) return (seen.find((other) => other === chosenResponse(turn)) ?? first).position;
  }
  return response.position;
}

/** The model that the session continues with; undefined when the last turn has no chosen response. */
export function continuationOf(turns: readonly TurnView[]): Continuation | undefined {
  const chosen = continuedResponse(turns);
  if (!chosen) return undefined;
  return {
    responseId: chosen.responseId,
    modelId: chosen.modelId,
    modelName: chosen.modelName,
    position: accentPosition(turns, chosen),
  };
}

/**
 * The models of the session's last comparison that tells their names, in the order of their panels. The rest of one answer
 * compares nothing.
 */
export function lastComparedModels(turns: readonly TurnView[]): string[] | undefined {
  const compared = turns.filter((turn) => turn.mode === 'compare' && !areNamesHidden(turn));
  const last = compared.findLast((turn) => !isGoOn(turn)) ?? compared.at(-1);
  return last?.responses.toSorted((a, b) => a.position - b.position).map((response) => response.modelId);
}

/** The pace of the session's last comparison; null if it was not blind, undefined if there was none. */
export function lastRevealPace(turns: readonly TurnView[]): RevealPace | null | undefined {
  const last = turns.findLast((turn) => turn.mode === 'compare' && !isGoOn(turn));
  return last && (last.blind?.pace ?? null);
}

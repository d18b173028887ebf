import type { ResponseState } from '@aideator/contract/frames';
import type { PreferenceView, ResponseView, SessionDetail, TurnView } from '@aideator/contract/views';

type Detail = SessionDetail | undefined;

function mapTurn(detail: Detail, turnId: string, change: (turn: TurnView) => TurnView): Detail {
  if (!detail?.turns.some((turn) => turn.id === turnId)) return detail;
  return { ...detail, turns: detail.turns.map((turn) => (turn.id === turnId ? change(turn) : turn)) };
}

/** The session with a turn that was made or changed. */
export function withTurn(detail: Detail, turn: TurnView): Detail {
  if (!detail) return detail;
  if (detail.turns.some((known) => known.id === turn.id)) return mapTurn(detail, turn.id, () => turn);
  return { ...detail, turns: [...detail.turns, turn].toSorted((a, b) => a.number - b.number) };
}

export function withPreference(detail: Detail, turnId: string, preference: PreferenceView | null): Detail {
  return mapTurn(detail, turnId, (turn) => ({ ...turn, preference }));
}

/** The session with a turn that has ended as the live stream showed it. */
export function withTurnOver(detail: Detail, turnId: string, states: readonly ResponseState[]): Detail {
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

export interface Continuation {
  modelId: string;
  modelName: string;
  /** Whose accent it carries. */
  position: number;
}

/** The response that a turn goes on with: the preferred one, or the only one of a continued turn. */
export function chosenResponse(turn: TurnView): ResponseView | undefined {
  if (turn.mode === 'continue') return turn.responses[0];
  const { preference } = turn;
  if (preference?.verdict !== 'response') return undefined;
  return turn.responses.find((response) => response.responseId === preference.responseId);
}

/** The panel where a model was last seen in a comparison, so that it keeps its accent when the session goes on with it. */
export function accentPosition(
  turns: readonly TurnView[],
  response: Pick<ResponseView, 'modelId' | 'position'>,
): number {
  for (const turn of turns.toReversed()) {
    if (turn.mode !== 'compare') continue;
    const seen = turn.responses.find((other) => other.modelId === response.modelId);
    if (seen) return seen.position;
  }
  return response.position;
}

/** The model that the next prompt goes to, when the last turn has one. */
export function continuationOf(turns: readonly TurnView[]): Continuation | undefined {
  const last = turns.at(-1);
  const chosen = last && chosenResponse(last);
  if (!chosen) return undefined;
  return {
    modelId: chosen.modelId,
    modelName: chosen.modelName,
    position: accentPosition(turns, chosen),
  };
}

/** The models of the session's last comparison, by panel. */
export function lastComparedModels(turns: readonly TurnView[]): string[] | undefined {
  return turns
    .findLast((turn) => turn.mode === 'compare')
    ?.responses.toSorted((a, b) => a.position - b.position)
    .map((response) => response.modelId);
}

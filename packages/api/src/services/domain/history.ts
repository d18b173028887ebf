import { chosenResponse } from '@aideator/contract/continuation';
import type { HistoryResponse, HistoryTurn } from '@aideator/db/queries/history';

/** The model of the next run, with its position among the responses of the turn. */
export interface Asked {
  modelId: string;
  position: number;
}

/** An earlier prompt and the answer that is sent to the model. */
export interface Exchange {
  turn: HistoryTurn;
  response: HistoryResponse;
}

/** The history for a model. Skips turns without an answer, so that roles alternate. */
export function exchangesFor(history: readonly HistoryTurn[], asked: Asked): Exchange[] {
  return history.flatMap((turn) => {
    const response = responseToTell(turn, asked);
    return response ? [{ turn, response }] : [];
  });
}

/**
 * The response of an earlier turn that is sent to a model: the chosen one or, if none was chosen, the model's own. If the
 * model has several, the one at the same position, or else its first.
 */
function responseToTell(turn: HistoryTurn, asked: Asked): HistoryResponse | undefined {
  const chosen = chosenResponse(turn);
  if (chosen && chosen.textBytes > 0) return chosen;
  const own = turn.responses.filter(({ modelId, textBytes }) => modelId === asked.modelId && textBytes > 0);
  return own.find(({ position }) => position === asked.position) ?? own[0];
}

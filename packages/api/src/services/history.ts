import type { HistoryTurn as StoredTurn } from '@aideator/db/queries/history';
import type { HistoryTurn } from './messages.ts';

/** The response that the person went on with: the preferred one, or the only one of a continued turn. */
export function chosenResponse(turn: StoredTurn): StoredTurn['preferred'] {
  if (turn.preferred) return turn.preferred;
  return turn.mode === 'continue' ? (turn.responses[0] ?? null) : null;
}

/** A stored turn as prompts need it. */
export function historyForModel(turn: StoredTurn): HistoryTurn {
  return { prompt: turn.prompt, chosenText: chosenResponse(turn)?.text ?? null, responses: turn.responses };
}

import { chosenResponse } from '@aideator/contract/continuation';
import type { ResponseState } from '@aideator/contract/frames';
import type { ResponseId } from '@aideator/contract/ids';
import type { PanelInput } from '@aideator/contract/submit';
import type { TurnView } from '@aideator/contract/views';

/** The prompt that asks for the rest of an answer. */
export const GO_ON_PROMPT = 'Go on exactly where you stopped. Do not repeat what you have already written.';

/** How `turn.submit` reaches the model that is to go on. */
export type GoOn = { mode: 'continue' } | { mode: 'compare'; panels: PanelInput[] };

/** True if the answer ended at its output limit, so that there is a rest to ask for. */
export function isCut({ status, finishReason }: Pick<ResponseState, 'status' | 'finishReason'>): boolean {
  return status === 'completed' && finishReason === 'length';
}

/**
 * How the newest turn goes on with one of its responses. It needs no verdict: a model that is asked alone sees its own
 * answer. Undefined if the model would see another one: the chosen one, or the first of several that it gave. `hasText`
 * tells which responses have text by now.
 */
export function goOnWith(
  turn: TurnView,
  responseId: ResponseId,
  hasText: (responseId: ResponseId) => boolean,
): GoOn | undefined {
  const chosen = chosenResponse(turn);
  if (chosen) return chosen.responseId === responseId ? { mode: 'continue' } : undefined;
  const response = turn.responses.find((each) => each.responseId === responseId);
  if (!response) return undefined;
  const { modelId } = response;
  const seen = turn.responses.find((each) => each.modelId === modelId && hasText(each.responseId));
  return seen === response ? { mode: 'compare', panels: [{ modelId }] } : undefined;
}

/** True for a turn that asked one model for the rest of its answer. */
export function isGoOn({ prompt, responses }: Pick<TurnView, 'prompt' | 'responses'>): boolean {
  return prompt === GO_ON_PROMPT && responses.length === 1;
}

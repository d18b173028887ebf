import { answerName, type BlindView, HIDDEN_MODEL_ID } from '@aideator/contract/blind';
import type { ResponseState } from '@aideator/contract/frames';
import { isTerminal, type RevealPace } from '@aideator/contract/statuses';
import type { ResponseView, TurnView } from '@aideator/contract/views';

/**
 * The only place that decides what a person sees of a blind turn before its reveal. It lists what passes, so that a new
 * field is hidden until somebody adds it here.
 */

type Progress = Pick<ResponseState, 'status' | 'attempt'>;

interface BlindColumns {
  isBlind: boolean;
  revealPace: RevealPace | null;
  revealedAt: Date | null;
}

/** The pace of a turn whose names are hidden now. Undefined for every other turn. */
export function hiddenPace({ isBlind, revealPace, revealedAt }: BlindColumns): RevealPace | undefined {
  return isBlind && revealedAt === null ? (revealPace ?? undefined) : undefined;
}

/** True when no response is in its first attempt. A retry must not hide the answers that a person is reading. */
export function areAllThere(responses: readonly Progress[]): boolean {
  return responses.every(({ status, attempt }) => isTerminal(status) || attempt > 1);
}

/** The number of responses that are over. It does not say which. */
export const overCountOf = (responses: readonly Progress[]): number =>
  responses.filter(({ status }) => isTerminal(status)).length;

/**
 * The visible state of each response, of which at most `chars` characters (UTF-16 units) may be shown. A response looks
 * finished only when it is shown whole; a retry shows nothing until it is over.
 */
export function maskStates(responses: readonly ResponseState[], chars: number): ResponseState[] {
  return responses.map((state) => {
    const isOver = isTerminal(state.status);
    const text = state.attempt > 1 && !isOver ? '' : cut(state.text, chars);
    const isWhole = chars > 0 && isOver && text.length === state.text.length;
    return {
      responseId: state.responseId,
      position: state.position,
      attempt: state.attempt,
      status: isWhole ? state.status : text === '' ? 'running' : 'streaming',
      text,
      reasoning: '',
      // The detail of an error often names the model or its provider. The code does not.
      ...(isWhole && state.error && { error: { code: state.error.code } }),
    };
  });
}

/** Without half of a surrogate pair. */
function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const last = text.charCodeAt(chars - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? chars - 1 : chars);
}

/** Characters that a page without a live stream may show: all or nothing. */
export const storedChars = (responses: readonly Progress[]): number =>
  areAllThere(responses) ? Number.POSITIVE_INFINITY : 0;

/** A view of the turn in which nothing tells which model gave which response. */
export function maskView(view: TurnView, pace: RevealPace): TurnView {
  const chars = storedChars(view.responses);
  return {
    ...view,
    responses: maskStates(view.responses, chars).map(
      (state, i): ResponseView => ({
        ...state,
        modelId: HIDDEN_MODEL_ID,
        modelName: answerName(state.position),
        ...(view.responses[i]?.isExcerpt && state.text !== '' && { isExcerpt: true as const }),
      }),
    ),
    blind: blindView(view.responses, { pace, isRevealed: false }),
  };
}

export function blindView(
  responses: readonly Progress[],
  { pace, isRevealed }: Pick<BlindView, 'pace' | 'isRevealed'>,
): BlindView {
  return { pace, isRevealed, overCount: overCountOf(responses) };
}

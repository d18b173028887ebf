import type { ResponsePatch, ResponseState, TurnEvent } from './frames.ts';

/** Thrown by `applyTurnEvent` when a patch does not fit the state: read again from a snapshot. */
export class FrameGapError extends Error {
  override readonly name = 'FrameGapError';
}

/** The state of a response after one patch; the state itself is not changed. Throws FrameGapError when text is missing. */
export function applyPatch(state: ResponseState, patch: ResponsePatch): ResponseState {
  const { responseId: _, text = '', reasoning = '', textLength, reset, ...changed } = patch;
  const base: ResponseState = reset
    ? {
        responseId: state.responseId,
        position: state.position,
        attempt: state.attempt,
        status: 'pending',
        text: '',
        reasoning: '',
      }
    : state;
  const { error, retryAt, ...lasting } = base;
  const next: ResponseState = {
    ...(changed.status === undefined ? base : lasting),
    ...changed,
    text: base.text + text,
    reasoning: base.reasoning + reasoning,
  };
  if (textLength !== undefined && next.text.length !== textLength) {
    throw new FrameGapError(`${state.responseId}: ${next.text.length} of ${textLength} characters`);
  }
  return next;
}

/** Folds one event into the states of a turn's responses, ordered by position. `done` changes nothing. */
export function applyTurnEvent(states: readonly ResponseState[], event: TurnEvent): readonly ResponseState[] {
  if (event.type === 'done') return states;
  if (event.type === 'snapshot') return event.responses;
  const patches = Map.groupBy(event.patches, (patch) => patch.responseId);
  return states.map((state) => (patches.get(state.responseId) ?? []).reduce(applyPatch, state));
}

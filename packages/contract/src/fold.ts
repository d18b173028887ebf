import type { ResponsePatch, ResponseState, TurnEvent } from './frames.ts';

/** Keys that belong to a status. A patch with a status replaces or clears them. */
export const STATUS_KEYS = [
  'error',
  'retryAt',
  'retryInMs',
  'runsAhead',
  'firstTokenLimitMs',
  'firstTokenBy',
  'firstTokenLeftMs',
] as const satisfies readonly (keyof ResponseState)[];

/** The same state or patch without the keys of its status. */
export function withoutStatusKeys<T extends Partial<ResponseState>>(held: T): T {
  const lasting = { ...held };
  for (const key of STATUS_KEYS) delete lasting[key];
  return lasting;
}

/** Thrown by `applyTurnEvent` when a patch does not fit the state. The reader must start again from a snapshot. */
export class FrameGapError extends Error {
  override readonly name = 'FrameGapError';
}

/** The state of a response after one patch. Does not change its argument. Throws FrameGapError when text is missing. */
export function applyPatch(state: ResponseState, patch: ResponsePatch): ResponseState {
  const { responseId: _, appendText = '', appendReasoning = '', textLength, reset, ...changed } = patch;
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
  const next: ResponseState = {
    ...(changed.status === undefined ? base : withoutStatusKeys(base)),
    ...changed,
    text: base.text + appendText,
    reasoning: base.reasoning + appendReasoning,
  };
  if (textLength !== undefined && next.text.length !== textLength) {
    throw new FrameGapError(`${state.responseId}: ${next.text.length} of ${textLength} characters`);
  }
  return next;
}

/** Applies one event to the states of a turn's responses, ordered by position. `done` changes nothing. */
export function applyTurnEvent(states: readonly ResponseState[], event: TurnEvent): readonly ResponseState[] {
  if (event.type === 'done') return states;
  if (event.type === 'snapshot') return event.responses;
  const patches = Map.groupBy(event.patches, (patch) => patch.responseId);
  return states.map((state) => (patches.get(state.responseId) ?? []).reduce(applyPatch, state));
}

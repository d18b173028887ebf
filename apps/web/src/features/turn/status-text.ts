import { responseErrorText } from '@aideator/contract/errors';
import type { ResponseState } from '@aideator/contract/frames';
import type { FinishReason } from '@aideator/contract/run-event';
import { isTerminal, type LiveStatus } from '@aideator/contract/statuses';

/** The states that a panel distinguishes. */
export type PanelLook =
  | 'starting'
  | 'waiting'
  | 'thinking'
  | 'streaming'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'interrupted';

/** The state of a panel. `running` is a stored status, so what has arrived decides. */
export function lookOf(state: Pick<ResponseState, 'status' | 'text' | 'reasoning'>): PanelLook {
  const { status } = state;
  if (status === 'pending') return 'starting';
  if (status !== 'running') return status;
  if (state.text.length > 0) return 'streaming';
  return state.reasoning.length > 0 ? 'thinking' : 'starting';
}

const LABELS: Record<PanelLook, string> = {
  starting: 'Starting…',
  waiting: 'Waiting',
  thinking: 'Thinking',
  streaming: 'Answering',
  completed: 'Done',
  failed: 'Failed',
  cancelled: 'Stopped',
  interrupted: 'Interrupted',
};

/** The word of the state chip. */
export function lookLabel(look: PanelLook): string {
  return LABELS[look];
}

const grouped = new Intl.NumberFormat('en-US');

/** Why an answer is incomplete although nothing failed; undefined for an ordinary end. */
const ENDING_NOTES: Record<FinishReason, (outputTokensMax: number | undefined) => string | undefined> = {
  stop: () => undefined,
  length: (max) =>
    max === undefined
      ? 'Cut at the output limit'
      : `Cut at the output limit of ${grouped.format(max)} tokens`,
  content_filter: () => 'Stopped by the content filter',
  other: () => undefined,
};

export function endingNote(
  state: Pick<ResponseState, 'status' | 'finishReason' | 'outputTokensMax'>,
): string | undefined {
  if (state.status !== 'completed' || state.finishReason === undefined) return undefined;
  return ENDING_NOTES[state.finishReason](state.outputTokensMax);
}

export interface Trouble {
  title: string;
  /** The provider's own message, if there is one. */
  detail?: string | undefined;
}

/** What to say in a panel without a whole answer; undefined when nothing went wrong. */
export function troubleOf(state: Pick<ResponseState, 'status' | 'error' | 'text'>): Trouble | undefined {
  if (state.status !== 'failed' && state.status !== 'interrupted') return undefined;
  const code = state.error?.code ?? (state.status === 'failed' ? 'internal' : 'interrupted');
  return {
    title: responseErrorText(code, { hasText: state.text !== '' }),
    detail: state.error?.detail,
  };
}

/** The time waited for the first word and its limit, as `1:15 of 5:00`; undefined if unknown. */
export function firstWordWait(
  state: Pick<ResponseState, 'firstTokenLimitMs' | 'firstTokenBy'>,
  nowMs: number,
): { waitedMs: number; text: string } | undefined {
  const { firstTokenLimitMs: limitMs, firstTokenBy } = state;
  if (limitMs === undefined || firstTokenBy === undefined) return undefined;
  const waitedMs = Math.min(limitMs, Math.max(0, limitMs - (Date.parse(firstTokenBy) - nowMs)));
  return { waitedMs, text: `${minutes(waitedMs)} of ${minutes(limitMs)}` };
}

function minutes(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Whole seconds until a moment in ISO 8601; 0 when it has passed or is not valid. */
export function secondsUntil(iso: string | undefined, nowMs: number): number {
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - nowMs) / 1000));
}

/** How many of the person's runs start before one that waits for a free place. */
export function runsAheadText(runsAhead: number): string {
  if (runsAhead === 0) return 'It is the next to start when one of your answers is done.';
  return `${runsAhead} of your answers ${runsAhead === 1 ? 'starts' : 'start'} before this one.`;
}

/** What a screen reader announces for a change of status; undefined when only text arrived. */
export function announcement(
  modelName: string,
  before: LiveStatus | undefined,
  state: ResponseState,
): string | undefined {
  if (before === undefined || before === state.status) return undefined;
  const speaks = (status: LiveStatus) => status === 'streaming' || status === 'thinking';
  if (speaks(state.status) && !speaks(before)) return `${modelName} started answering.`;
  if (!isTerminal(state.status)) return undefined;
  if (state.status === 'completed') return `${modelName} finished.`;
  if (state.status === 'cancelled') return `${modelName} was stopped.`;
  return `${modelName} failed. ${troubleOf(state)?.title ?? ''}`.trim();
}

/** True while a response can be cancelled. */
export function isRunning(look: PanelLook): boolean {
  return look === 'starting' || look === 'waiting' || look === 'thinking' || look === 'streaming';
}

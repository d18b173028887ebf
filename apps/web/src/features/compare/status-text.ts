import { peopleText } from '@aideator/contract/errors';
import type { ResponseState } from '@aideator/contract/frames';
import { isTerminal, type LiveStatus } from '@aideator/contract/statuses';

/** The looks a panel can have. */
export type PanelLook =
  | 'starting'
  | 'waiting'
  | 'thinking'
  | 'streaming'
  | 'completed'
  | 'failed'
  | 'cancelled'
  | 'interrupted';

/** `running` comes from storage: what it looks like depends on what has arrived. */
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

/** The words of the state chip. */
export function lookLabel(look: PanelLook): string {
  return LABELS[look];
}

/** Why an answer ended early although nothing failed; undefined for an ordinary end. */
export function endingNote(state: Pick<ResponseState, 'status' | 'finishReason'>): string | undefined {
  if (state.status !== 'completed') return undefined;
  if (state.finishReason === 'length') return 'Cut at the output limit';
  if (state.finishReason === 'content_filter') return 'Stopped by the content filter';
  return undefined;
}

export interface Trouble {
  title: string;
  /** Words of the provider, if there are any. */
  detail?: string | undefined;
}

/** What to say in a panel that has no whole answer; undefined when nothing went wrong. */
export function troubleOf(state: Pick<ResponseState, 'status' | 'error'>): Trouble | undefined {
  if (state.status === 'failed') {
    return { title: peopleText(state.error?.code ?? 'internal'), detail: state.error?.detail };
  }
  if (state.status === 'interrupted') {
    return { title: peopleText(state.error?.code ?? 'interrupted'), detail: state.error?.detail };
  }
  return undefined;
}

/** Whole seconds until a moment given in ISO 8601; 0 when it has passed or is none. */
export function secondsUntil(iso: string | undefined, nowMs: number): number {
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - nowMs) / 1000));
}

/** What a listener is told when a response goes from one status to another; undefined for all that is only tokens. */
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

/** True while a response may still say more, and so can be stopped. */
export function isRunning(look: PanelLook): boolean {
  return look === 'starting' || look === 'waiting' || look === 'thinking' || look === 'streaming';
}

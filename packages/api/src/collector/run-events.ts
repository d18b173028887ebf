import { mergeCitations } from '@aideator/contract/citations';
import { hasWord } from '@aideator/contract/first-word';
import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import type { RunEvent, RunEventOf } from '@aideator/contract/run-event';

/**
 * The patch for one live event of a run; undefined when the response does not change. `sinceStartMs` is the time since the
 * start of the run.
 */
export function patchOf(
  event: RunEvent,
  state: ResponseState,
  sinceStartMs: number,
): ResponsePatch | undefined {
  const { responseId } = state;
  switch (event.type) {
    case 'started':
    case 'retrying':
      return { responseId, status: 'running', ...limitOf(event) };
    case 'delta': {
      const text = event.text ?? '';
      const reasoning = event.reasoning ?? '';
      const status = state.text || text ? 'streaming' : 'thinking';
      return {
        responseId,
        ...(state.status === status ? {} : { status }),
        ...(state.firstTokenMs === undefined ? { firstTokenMs: Math.round(sinceStartMs) } : {}),
        ...(state.firstTextMs === undefined && hasWord(text)
          ? { firstTextMs: Math.round(sinceStartMs) }
          : {}),
        ...(text ? { appendText: text, textLength: state.text.length + text.length } : {}),
        ...(reasoning ? { appendReasoning: reasoning } : {}),
      };
    }
    case 'text_moved':
      return movedText(state);
    case 'citations':
      return { responseId, citations: mergeCitations(state.citations ?? [], event.citations) };
    case 'usage':
      return { responseId, usage: event.usage };
    case 'waiting':
      return { responseId, status: 'waiting', retryAt: retryAtHere(event), error: event.error };
    case 'heartbeat':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return undefined;
    default:
      // A new event type does not compile until it is handled here.
      return event satisfies never;
  }
}

/** A time on this process's clock, which may differ from the runner's. */
const fromNow = (ms: number): string => new Date(Date.now() + ms).toISOString();

function limitOf(event: RunEventOf<'started' | 'retrying'>): Partial<ResponsePatch> {
  const { firstTokenLimitMs } = event;
  if (firstTokenLimitMs === undefined) return {};
  return { firstTokenLimitMs, firstTokenBy: fromNow(firstTokenLimitMs) };
}

const retryAtHere = ({ retryInMs, retryAt }: RunEventOf<'waiting'>): string =>
  retryInMs === undefined ? (retryAt ?? fromNow(0)) : fromNow(retryInMs);

/** Moves the text so far to the end of the reasoning. */
function movedText(state: ResponseState): ResponsePatch {
  const { text, reasoning, position: _, status: __, firstTextMs: ___, ...facts } = state;
  return { ...facts, reset: true, status: 'thinking', appendReasoning: reasoning + text };
}

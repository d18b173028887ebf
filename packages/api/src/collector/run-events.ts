import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import type { RunEvent } from '@aideator/contract/run-event';

/** What one live (not terminal) event of a run, so long after its start, changes for its panel; undefined when nothing does. */
export function patchOf(
  event: RunEvent,
  state: ResponseState,
  sinceStartMs: number,
): ResponsePatch | undefined {
  const { responseId } = state;
  switch (event.type) {
    case 'started':
      return { responseId, status: 'running' };
    case 'delta': {
      const text = event.text ?? '';
      const reasoning = event.reasoning ?? '';
      const status = state.text || text ? 'streaming' : 'thinking';
      return {
        responseId,
        ...(state.status === status ? {} : { status }),
        ...(state.firstTokenMs === undefined ? { firstTokenMs: Math.round(sinceStartMs) } : {}),
        ...(text ? { text, textLength: state.text.length + text.length } : {}),
        ...(reasoning ? { reasoning } : {}),
      };
    }
    case 'usage':
      return { responseId, usage: event.usage };
    case 'waiting':
      return { responseId, status: 'waiting', retryAt: event.retryAt, error: event.error };
    case 'heartbeat':
    case 'completed':
    case 'failed':
    case 'cancelled':
      return undefined;
  }
}

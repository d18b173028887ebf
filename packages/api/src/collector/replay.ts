import { applyPatch } from '@aideator/contract/fold';
import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import type { RunEvent } from '@aideator/contract/run-event';
import { patchOf } from './run-events.ts';

/** The patch for one event of a log; undefined when the response does not change. */
type Replay = (event: RunEvent) => ResponsePatch | undefined;

/**
 * Reads the log of a run that another collector ingested before. Returns no patches up to the state that viewers see,
 * so that their text neither jumps back nor doubles. Then returns one patch that catches up, and continues event by
 * event. `shown` is the response as the earlier collector left it.
 */
export function createReplay(shown: ResponseState): Replay {
  const { responseId, position, attempt } = shown;
  let read: ResponseState = { responseId, position, attempt, status: 'pending', text: '', reasoning: '' };
  let caughtUp = false;
  let startedAtMs: number | undefined;

  return (event) => {
    // On the runner's clock, because the log is read much faster than it was written.
    const atMs = Date.parse(event.at);
    startedAtMs ??= atMs;
    const change = patchOf(event, read, Math.max(0, atMs - startedAtMs));
    if (!change) return undefined;
    read = applyPatch(read, change);
    if (caughtUp) return change;
    caughtUp = read.text.length >= shown.text.length && read.reasoning.length >= shown.reasoning.length;
    return caughtUp ? difference(shown, read) : undefined;
  };
}

function difference(shown: ResponseState, read: ResponseState): ResponsePatch {
  const { text, reasoning, position: _, ...facts } = read;
  if (!text.startsWith(shown.text) || !reasoning.startsWith(shown.reasoning)) {
    return { ...facts, reset: true, appendText: text, appendReasoning: reasoning };
  }
  const more = { text: text.slice(shown.text.length), reasoning: reasoning.slice(shown.reasoning.length) };
  return {
    ...facts,
    ...(more.text ? { appendText: more.text, textLength: text.length } : {}),
    ...(more.reasoning ? { appendReasoning: more.reasoning } : {}),
  };
}

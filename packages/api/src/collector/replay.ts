import { applyPatch } from '@aideator/contract/fold';
import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import type { RunEvent } from '@aideator/contract/run-event';
import { patchOf } from './run-events.ts';

/** What an event of a log changes of its panel; undefined when nothing does. */
type Replay = (event: RunEvent) => ResponsePatch | undefined;

/**
 * Reads the log of a run that another collector followed before: silently up to where the panel is already, so that its
 * text neither jumps back nor doubles, then in one patch to where the log is, and on from there. `shown` is the panel as
 * the earlier collector left it.
 */
export function createReplay(shown: ResponseState): Replay {
  const { responseId, position, attempt } = shown;
  let read: ResponseState = { responseId, position, attempt, status: 'pending', text: '', reasoning: '' };
  let caughtUp = false;
  let startedAtMs: number | undefined;

  return (event) => {
    // On the runner's clock: the log is read much faster than it was written.
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
    return { ...facts, reset: true, text, reasoning };
  }
  const more = { text: text.slice(shown.text.length), reasoning: reasoning.slice(shown.reasoning.length) };
  return {
    ...facts,
    ...(more.text ? { text: more.text, textLength: text.length } : {}),
    ...(more.reasoning ? { reasoning: more.reasoning } : {}),
  };
}

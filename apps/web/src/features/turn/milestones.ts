import { hasWord } from '@aideator/contract/first-word';
import type { ResponseState } from '@aideator/contract/frames';

/** Milliseconds from the start of a run. Absent: it has not happened, or it was not measured. */
export interface Milestones {
  firstThoughtMs?: number | undefined;
  /** The first word of the answer itself. */
  firstWordMs?: number | undefined;
  /** The end of the run. */
  finishedMs?: number | undefined;
  /** From the first thought to the first word, or to the end if there was none. */
  thinkingMs?: number | undefined;
}

type Times = Pick<ResponseState, 'text' | 'reasoning' | 'timings' | 'firstTokenMs' | 'firstTextMs'>;

/**
 * When a response began to think, began to answer and ended. Thoughts come before the text, so the first token of a response
 * with thoughts is one. Runs before the column `first_text_ms` have no first word if they have thoughts.
 */
export function milestonesOf(state: Times): Milestones {
  const { firstTokenMs, firstTextMs } = state.timings ?? state;
  const finishedMs = state.timings?.totalMs;
  const thinks = state.reasoning !== '';
  const speaks = hasWord(state.text);
  const firstThoughtMs = thinks ? firstTokenMs : undefined;
  const firstWordMs = speaks ? (firstTextMs ?? (thinks ? undefined : firstTokenMs)) : undefined;
  const thoughtUntilMs = speaks ? firstWordMs : finishedMs;
  return {
    firstThoughtMs,
    firstWordMs,
    finishedMs,
    thinkingMs:
      firstThoughtMs === undefined || thoughtUntilMs === undefined
        ? undefined
        : Math.max(0, thoughtUntilMs - firstThoughtMs),
  };
}

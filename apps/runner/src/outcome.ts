import { createHash } from 'node:crypto';
import type { RunResult } from '@aideator/contract/hand-over';
import type { Usage } from '@aideator/contract/run-event';
import type { ChatMessage } from '@aideator/contract/run-spec';
import type { Answer } from './answer.ts';

type Outcome = RunResult['outcome'];

/** What a run came to. An answer without text is a failure: there is nothing to read or to prefer. */
export function outcomeOf(answer: Pick<Answer, 'ending' | 'text'>): Outcome {
  const { ending, text } = answer;
  if (ending.type === 'stopped') return { status: 'cancelled' };
  if (ending.type === 'failed') return { status: 'failed', error: ending.error };
  if (ending.reason === 'content_filter') return { status: 'failed', error: { code: 'content_filtered' } };
  if (text !== '') return { status: 'completed', finishReason: ending.reason };
  const error =
    ending.reason === 'length'
      ? ({ code: 'answer_empty', detail: 'All output tokens were used before any text came.' } as const)
      : ({ code: 'answer_empty' } as const);
  return { status: 'failed', error };
}

/** Characters per token when nobody counted: the rule of thumb that providers give for English. */
const CHARS_PER_TOKEN = 4;

/**
 * Usage for an answer whose provider did not say it (stopped, broken off, or not reported): characters / 4, rounded up.
 * Undefined when nothing came back, since then nothing may have been charged either.
 */
export function estimateUsage(
  messages: readonly ChatMessage[],
  answer: Pick<Answer, 'text' | 'reasoning'>,
): Usage | undefined {
  const chars = answer.text.length + answer.reasoning.length;
  if (chars === 0) return undefined;
  const inputChars = messages.reduce((sum, message) => sum + message.content.length, 0);
  return {
    inputTokens: Math.ceil(inputChars / CHARS_PER_TOKEN),
    outputTokens: Math.ceil(chars / CHARS_PER_TOKEN),
    estimated: true,
  };
}

/** The record of an answer. */
export function resultOf(answer: Answer, messages: readonly ChatMessage[]): RunResult {
  const usage = answer.usage ?? estimateUsage(messages, answer);
  const { text, reasoning, firstTokenMs, totalMs, answeredBy } = answer;
  return {
    outcome: outcomeOf(answer),
    text,
    reasoning,
    textSha256: createHash('sha256').update(text).digest('hex'),
    ...(usage === undefined ? {} : { usage }),
    timings: firstTokenMs === undefined ? { totalMs } : { firstTokenMs, totalMs },
    ...(answeredBy === undefined ? {} : { answeredBy }),
  };
}

export const EXIT_CODES = { completed: 0, failed: 1, cancelled: 2, refused: 3 } as const;

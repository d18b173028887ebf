import { createHash } from 'node:crypto';
import type { RunResult } from '@aideator/contract/hand-over';
import type { Usage } from '@aideator/contract/run-event';
import type { ChatMessage } from '@aideator/contract/run-spec';
import type { ModelResponse } from './model-response.ts';

type Outcome = RunResult['outcome'];

/** The outcome of a run. An answer without text is a failure: there is nothing to read or to prefer. */
export function outcomeOf(response: Pick<ModelResponse, 'ending' | 'text'>): Outcome {
  const { ending, text } = response;
  if (ending.type === 'cancelled') return { status: 'cancelled' };
  if (ending.type === 'failed') return { status: 'failed', error: ending.error };
  if (ending.reason === 'content_filter') return { status: 'failed', error: { code: 'content_filtered' } };
  if (text !== '') return { status: 'completed', finishReason: ending.reason };
  const error =
    ending.reason === 'length'
      ? ({ code: 'answer_empty', detail: 'All output tokens were used before any text arrived.' } as const)
      : ({ code: 'answer_empty' } as const);
  return { status: 'failed', error };
}

/** Characters per token if the provider did not count: the usual rule of thumb for English. */
const CHARS_PER_TOKEN = 4;

/**
 * Estimated usage of an answer without reported usage (cancelled, broken off, or not reported): characters / 4, rounded up.
 * Undefined if no text arrived, because then the call may not have been charged.
 */
export function estimateUsage(
  messages: readonly ChatMessage[],
  response: Pick<ModelResponse, 'text' | 'reasoning'>,
): Usage | undefined {
  const chars = response.text.length + response.reasoning.length;
  if (chars === 0) return undefined;
  const inputChars = messages.reduce((sum, message) => sum + message.content.length, 0);
  return {
    inputTokens: Math.ceil(inputChars / CHARS_PER_TOKEN),
    outputTokens: Math.ceil(chars / CHARS_PER_TOKEN),
    estimated: true,
  };
}

/** The result to hand over. */
export function resultOf(response: ModelResponse, messages: readonly ChatMessage[]): RunResult {
  const usage = response.usage ?? estimateUsage(messages, response);
  const { text, reasoning, citations, firstTokenMs, firstTextMs, totalMs, answeredBy } = response;
  return {
    outcome: outcomeOf(response),
    text,
    reasoning,
    textSha256: createHash('sha256').update(text).digest('hex'),
    ...(citations.length === 0 ? {} : { citations }),
    ...(usage === undefined ? {} : { usage }),
    timings: {
      ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
      ...(firstTextMs === undefined ? {} : { firstTextMs }),
      totalMs,
    },
    ...(answeredBy === undefined ? {} : { answeredBy }),
  };
}

export const EXIT_CODES = { completed: 0, failed: 1, cancelled: 2, refused: 3 } as const;

import type { FinishReason } from '@aideator/contract/run-event';

/** Why a provider ended an answer. With `error`, `tool` and `unknown` the answer is not whole. */
export type Finish =
  | { type: 'finished'; reason: FinishReason }
  | { type: 'error' | 'tool' | 'unknown'; said: string };

const KINDS: Readonly<Record<'stop' | 'length' | 'content_filter' | 'error' | 'tool', readonly string[]>> = {
  stop: ['stop', 'end_turn', 'eos', 'eos_token', 'stop_sequence', 'end', 'complete', 'completed', 'done'],
  length: [
    'length',
    'max_tokens',
    'model_length',
    'max_output_tokens',
    'max_length',
    'token_limit',
    'model_context_window_exceeded',
  ],
  content_filter: [
    'content_filter',
    'content_filtered',
    'safety',
    'refusal',
    'recitation',
    'sensitive',
    'blocklist',
    'prohibited_content',
    'spii',
    'guardrail_intervened',
  ],
  error: ['error', 'failed', 'failure', 'server_error', 'internal_error', 'network_error'],
  tool: ['tool_calls', 'tool_call', 'tool_use', 'function_call'],
};

/** Reads `finish_reason`; undefined while it is empty, as some servers send it until the end. */
export function readFinish(value: unknown): Finish | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const said = value.trim();
  const name = said.toLowerCase().replace(/^finish_reason_/, '');
  const is = (kind: keyof typeof KINDS): boolean => KINDS[kind].includes(name);
  if (is('stop')) return { type: 'finished', reason: 'stop' };
  if (is('length')) return { type: 'finished', reason: 'length' };
  if (is('content_filter')) return { type: 'finished', reason: 'content_filter' };
  if (is('tool')) return { type: 'tool', said };
  return { type: is('error') ? 'error' : 'unknown', said };
}

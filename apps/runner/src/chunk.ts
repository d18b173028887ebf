import type { FinishReason, Usage } from '@aideator/contract/run-event';

/** What one chunk of a chat completion says; absent keys say nothing. */
export interface Chunk {
  text?: string;
  reasoning?: string;
  finish?: FinishReason;
  usage?: Usage;
  model?: string;
  /** The error object that a gateway sends in place of a chunk. */
  error?: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function finishReason(value: string): FinishReason {
  switch (value) {
    case 'stop':
    case 'end_turn':
    case 'eos':
    case 'stop_sequence':
      return 'stop';
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return 'length';
    case 'content_filter':
    case 'safety':
    case 'refusal':
      return 'content_filter';
    default:
      return 'other';
  }
}

const tokens = (value: unknown): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER ? Math.round(value) : undefined;

/** Undefined when it does not hold both counts: a half of it would be charged as the whole. */
function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const inputTokens = tokens(value.prompt_tokens);
  const outputTokens = tokens(value.completion_tokens);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const output = isRecord(value.completion_tokens_details) ? value.completion_tokens_details : {};
  const input = isRecord(value.prompt_tokens_details) ? value.prompt_tokens_details : {};
  const reasoningTokens = tokens(output.reasoning_tokens);
  const cachedInputTokens = tokens(input.cached_tokens);
  return {
    inputTokens,
    outputTokens,
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens }),
    estimated: false,
  };
}

/** Text as it is, or the text parts of a list of parts. */
function readContent(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('');
}

/** The first of these values that is text with something in it. */
const firstText = (...values: unknown[]): string | undefined => {
  for (const value of values) {
    const text = readContent(value);
    if (text !== '') return text;
  }
  return undefined;
};

/** Reads the data of one event. Undefined when it is no chunk at all: the stream cannot be trusted from there on. */
export function readChunk(data: string): Chunk | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  if (value.error !== undefined && value.error !== null) return { error: value.error };
  const choice = Array.isArray(value.choices) && isRecord(value.choices[0]) ? value.choices[0] : {};
  const delta = isRecord(choice.delta) ? choice.delta : {};
  const text = firstText(delta.content, delta.refusal);
  const reasoning = firstText(delta.reasoning_content, delta.reasoning);
  const usage = readUsage(value.usage);
  return {
    ...(text === undefined ? {} : { text }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(typeof choice.finish_reason === 'string' ? { finish: finishReason(choice.finish_reason) } : {}),
    ...(usage === undefined ? {} : { usage }),
    ...(typeof value.model === 'string' && value.model !== '' ? { model: value.model } : {}),
  };
}

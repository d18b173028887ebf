/** Usage as a provider reports it. Further members are sent unchanged. */
export interface ScriptedUsage {
  prompt_tokens: number;
  completion_tokens: number;
  [member: string]: unknown;
}

/** An HTTP error instead of a stream. Without `body` it is worded like OpenAI; a 401 repeats the key, as some providers do. */
export interface ScriptedError {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** The reply of the scripted gateway for one model. "Chunks" are pieces of reasoning and text, counted from the first. */
export interface Script {
  /** Milliseconds until the first token; default 0. */
  firstTokenMs?: number;
  /** Default: as fast as the client reads. */
  tokensPerSecond?: number;
  /** Split into word-like tokens; their concatenation is exactly this text. */
  text?: string;
  /** The delta contents, given exactly; overrides `text`. */
  chunks?: string[];
  /** Sent as `delta.reasoning_content` before the text. */
  reasoning?: string | string[];
  /** In a final chunk with empty `choices`, when `stream_options.include_usage` asks for it. Default `once`. */
  usage?: 'once' | 'missing' | 'twice' | ScriptedUsage;
  /** Default `stop`. */
  finishReason?: string;
  /** false: the stream ends without `data: [DONE]`. */
  done?: boolean;
  /** Instead of a stream. */
  error?: ScriptedError;
  /** Failures of the first calls of this model. Later calls get the script itself. */
  failFirst?: Array<ScriptedError | 'reset'>;
  /**
   * The body in exactly these writes, for half characters, broken chunks and the like. Between them pauses in milliseconds
   * (`wait`), or until a test has seen what it waits for (`until`). Overrides everything that is streamed.
   */
  raw?: Array<string | Uint8Array | { wait: number } | { until: Promise<unknown> }>;
  /** Headers for `raw` instead of those of an event stream. */
  headers?: Record<string, string>;
  /** Compression of `raw`. Each write is flushed. */
  encoding?: 'gzip' | 'deflate' | 'raw-deflate' | 'br' | 'zstd';
  /** Silence after this many chunks, until the client disconnects. */
  stallAfterChunks?: number;
  /** A TCP reset after this many chunks. */
  resetAfterChunks?: number;
  /** A clean end of the body after this many chunks, without finish_reason and `[DONE]`. */
  closeAfterChunks?: number;
  /** The reply to a request without `stream: true`. */
  nonStreamingBody?: unknown;
  /** Merged into the model's `model_info` in `/model/info`. */
  modelInfo?: Record<string, unknown>;
}

/** Word-like tokens whose concatenation is exactly `text`. */
export function tokenize(text: string): string[] {
  return text.match(/\s*\S+|\s+/g) ?? [];
}

const WORDS = [
  'the quick answer is that a small model writes plain words in some order',
  'and every reader can see them arrive while other panels wait for theirs',
  'so nothing here means much but each piece has its own place and length',
]
  .join(' ')
  .split(' ');

/** Text of exactly `count` tokens, the same for the same seed. */
export function fillerText(count: number, seed = 0): string {
  const words: string[] = [];
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  for (let i = 0; i < count; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words.push(WORDS[(state >>> 8) % WORDS.length] ?? 'word');
  }
  return words.join(' ');
}

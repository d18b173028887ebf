/** Tokens as a provider reports them; further members are sent as they are. */
export interface ScriptedUsage {
  prompt_tokens: number;
  completion_tokens: number;
  [member: string]: unknown;
}

/** An HTTP answer instead of a stream. Without `body` an error as OpenAI words it; for 401 it repeats the key, as some providers do. */
export interface ScriptedError {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What the scripted gateway answers for one model. "Chunks" are pieces of reasoning and text, counted from the first. */
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
  /** The answers to the first calls of this model; the script itself comes after them. */
  failFirst?: Array<ScriptedError | 'reset'>;
  /** The body in exactly these writes (half characters, broken chunks, text that looks like a protocol); overrides everything streamed. */
  raw?: Array<string | Uint8Array>;
  /** Silence after so many chunks, until the client goes away. */
  stallAfterChunks?: number;
  /** A TCP reset after so many chunks. */
  resetAfterChunks?: number;
  /** A clean end of the body after so many chunks, without finish_reason and `[DONE]`. */
  closeAfterChunks?: number;
  /** The answer to a request without `stream: true`. */
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

/** Text of exactly `count` tokens, always the same one for the same seed. */
export function fillerText(count: number, seed = 0): string {
  const words: string[] = [];
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  for (let i = 0; i < count; i += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words.push(WORDS[(state >>> 8) % WORDS.length] ?? 'word');
  }
  return words.join(' ');
}

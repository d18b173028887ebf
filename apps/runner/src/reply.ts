import type { Citation } from '@aideator/contract/citations';
import type { FinishReason, Usage } from '@aideator/contract/run-event';
import type { Call } from './call.ts';
import { type Chunk, readChunk, readChunkValue } from './chunk.ts';
import { failureOfStreamError, type GatewayFailure } from './failure.ts';
import type { Finish } from './finish.ts';
import { parseJson } from './json.ts';
import { createSseParser } from './sse.ts';

/** The events of one call of the gateway. The last one is `finish` or `error`, unless the call was aborted. */
export type GatewayEvent =
  | { type: 'text' | 'reasoning'; text: string }
  | { type: 'usage'; usage: Usage }
  | { type: 'citations'; citations: Citation[] }
  | { type: 'model'; model: string }
  | { type: 'finish'; reason: FinishReason }
  | { type: 'error'; failure: GatewayFailure };

const WHOLE_BODY_CHARS_MAX = 16 * 1024 * 1024;
const QUOTE_CHARS_MAX = 500;
const NO_ANSWER = 'The server sent no answer but';
/** How long a failed answer is still read, because its usage may follow the error. */
const AFTER_ERROR_MS = 1_000;
/** A `message` of at least this length that starts with all text so far is the whole text, not a piece. */
const WHOLE_CHARS_MIN = 4;

const WEB_PAGE = /^<(?:!doctype\s+html|!--|html|head|body|title|meta|script|style)\b/i;

const fails = (code: GatewayFailure['error']['code'], detail: string): GatewayFailure => ({
  error: { code, detail },
  retryable: false,
});
const broken = (detail: string): GatewayFailure => fails('stream_broken', detail);
const quote = (text: string): string => text.trim().slice(0, QUOTE_CHARS_MAX);

/** Turns the chunks of one answer into events, with the outcome as the last one. */
class ResponseReader {
  readonly #call: Call;
  readonly #tools = new Set<string>();
  #text = false;
  #whole = '';
  #finish: Finish | undefined;
  failure: GatewayFailure | undefined;

  constructor(call: Call) {
    this.#call = call;
  }

  *take(chunk: Chunk): Generator<GatewayEvent> {
    if (chunk.model !== undefined) yield { type: 'model', model: chunk.model };
    const text = this.failure ? '' : this.#newText(chunk);
    const reasoning = this.failure ? '' : (chunk.reasoning ?? '');
    for (const tool of chunk.tools ?? []) this.#tools.add(tool);
    if (text !== '' || reasoning !== '' || chunk.tools) this.#call.begin();
    if (reasoning !== '') yield { type: 'reasoning', text: reasoning };
    if (text !== '') yield { type: 'text', text };
    if (chunk.citations) yield { type: 'citations', citations: chunk.citations };
    if (chunk.usage) yield { type: 'usage', usage: chunk.usage };
    this.#finish = chunk.finish ?? this.#finish;
    if (chunk.error !== undefined) this.failure ??= failureOfStreamError(chunk.error);
    else if (chunk.finish?.type === 'error') {
      this.failure ??= failureOfStreamError({
        message: `The provider ended the answer with "${chunk.finish.said}".`,
      });
    }
  }

  /** `isOver`: the server marked the end, or the answer arrived in one piece. */
  end(isOver: boolean): GatewayEvent {
    const failure = this.failure ?? this.#failureAtEnd(isOver);
    if (failure) return { type: 'error', failure };
    const reason = this.#finish?.type === 'finished' ? this.#finish.reason : 'other';
    return { type: 'finish', reason };
  }

  /** True once the server has reported why the answer is over. Later errors do not change that. */
  get isFinished(): boolean {
    return this.#finish !== undefined && this.failure === undefined;
  }

  #newText({ text = '', isWhole }: Chunk): string {
    const whole = this.#whole;
    let fresh = text;
    if (isWhole) {
      // Perplexity repeats the text so far as `message` next to each `delta`.
      if (this.#text && whole.length >= WHOLE_CHARS_MIN && text.startsWith(whole)) {
        fresh = text.slice(whole.length);
      } else if (this.#text && text === whole) fresh = '';
    }
    if (fresh === '') return '';
    this.#text = true;
    this.#whole += fresh;
    return fresh;
  }

  #failureAtEnd(isOver: boolean): GatewayFailure | undefined {
    const finish = this.#finish;
    const calledOnly = this.#tools.size > 0 && !this.#text && (finish !== undefined || isOver);
    if (finish?.type === 'tool' || calledOnly) {
      const names = [...this.#tools].slice(0, 5).map((name) => `"${quote(name)}"`);
      const [which, detail] = names.length === 1 ? ['the tool', names[0]] : ['tools:', names.join(', ')];
      return fails(
        'tool_called',
        `The model called ${names.length === 0 ? 'a tool' : `${which} ${detail}`}.`,
      );
    }
    if (finish?.type === 'unknown') {
      return fails('finish_unknown', `The provider ended the answer with "${quote(finish.said)}".`);
    }
    if (finish === undefined && !isOver) {
      return broken(
        this.#text ? 'The stream ended without a finish reason.' : 'The stream ended before its first token.',
      );
    }
    return undefined;
  }
}

type Read = () => Promise<IteratorResult<Uint8Array>>;

/** Reads a body that is not an event stream: one JSON value, one per line, a web page, or other text. */
function* readWholeBody(body: string, reader: ResponseReader): Generator<GatewayEvent> {
  const text = body.trim();
  if (WEB_PAGE.test(text)) {
    const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(text)?.[1];
    const detail = title === undefined ? quote(text) : `Its title is "${quote(title)}".`;
    yield { type: 'error', failure: fails('web_page_received', detail) };
    return;
  }
  const values = valuesOf(text);
  const chunks = values.flatMap((value) => readChunkValue(value) ?? []);
  if (values.length === 0 || chunks.length < values.length) {
    yield { type: 'error', failure: fails('gateway_error', `${NO_ANSWER}: ${quote(text)}`) };
    return;
  }
  for (const chunk of chunks) yield* reader.take(chunk);
  if (chunks.some(saysSomething)) yield reader.end(true);
  else yield { type: 'error', failure: fails('gateway_error', `${NO_ANSWER}: ${quote(text)}`) };
}

const saysSomething = (chunk: Chunk): boolean =>
  [chunk.text, chunk.reasoning, chunk.finish, chunk.error, chunk.tools].some((each) => each !== undefined);

/** The JSON values of a body, with lists flattened. Empty if any part is not JSON. */
function valuesOf(text: string): unknown[] {
  const whole = parseJson(text);
  if (whole !== undefined) return Array.isArray(whole) ? whole : [whole];
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const values = lines.map(parseJson);
  return values.every((value) => value !== undefined) ? values : [];
}

/**
 * Reads the body of a reply by its content, not by its content type: an event stream while it arrives, anything else in one
 * piece. The last event is `finish` or `error`.
 */
export async function* readReply(read: Read, call: Call): AsyncGenerator<GatewayEvent> {
  const decoder = new TextDecoder();
  const pieces: Uint8Array[] = [];
  let start = '';
  try {
    while (start.trim() === '') {
      const { done, value } = await call.within(read());
      if (done) break;
      pieces.push(value);
      start += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    yield { type: 'error', failure: call.failure(error, true) };
    return;
  }
  const replay = async (): Promise<IteratorResult<Uint8Array>> => {
    const value = pieces.shift();
    return value === undefined ? read() : { done: false, value };
  };
  if (/^\s*[{[<]/.test(start)) yield* readInOnePiece(replay, call);
  else yield* readStream(replay, call);
}

async function* readInOnePiece(read: Read, call: Call): AsyncGenerator<GatewayEvent> {
  const decoder = new TextDecoder();
  const reader = new ResponseReader(call);
  let body = '';
  try {
    for (;;) {
      const { done, value } = await call.within(read());
      if (done) break;
      body += decoder.decode(value, { stream: true });
      if (body.length > WHOLE_BODY_CHARS_MAX) break;
    }
  } catch (error) {
    yield { type: 'error', failure: call.failure(error, true) };
    return;
  }
  yield* readWholeBody(body + decoder.decode(), reader);
}

/** Yields the events of the stream. The finish reason comes last, since usage may follow its chunk. */
async function* readStream(read: Read, call: Call): AsyncGenerator<GatewayEvent> {
  const parser = createSseParser();
  const reader = new ResponseReader(call);
  let events = 0;
  for (let ended = false; !ended; ) {
    let datas: string[];
    try {
      const { done, value } = await (reader.failure ? briefly(read()) : call.within(read()));
      ended = done ?? false;
      datas = ended ? parser.end() : parser.push(value as Uint8Array);
    } catch (error) {
      // The answer was already complete or failed, so later errors do not matter.
      yield reader.isFinished || reader.failure
        ? reader.end(true)
        : { type: 'error', failure: call.failure(error, true) };
      return;
    }
    for (const data of datas.map((each) => each.trim())) {
      if (data === '') continue;
      if (data.toUpperCase() === '[DONE]') {
        yield reader.end(true);
        return;
      }
      events += 1;
      const chunk = readChunk(data);
      if (chunk === undefined) {
        const failure = broken(`The gateway sent a malformed chunk: ${quote(data)}`);
        yield { type: 'error', failure: reader.failure ?? failure };
        return;
      }
      yield* reader.take(chunk);
    }
  }
  const words = events === 0 ? quote(parser.other) : '';
  if (words === '') yield reader.end(false);
  else {
    yield { type: 'error', failure: fails('gateway_error', `${NO_ANSWER}: ${words}`) };
  }
}

/** Rejects when the promise takes longer than the wait after an error. */
async function briefly<T>(promise: Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('nothing more came')), AFTER_ERROR_MS);
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => {});
  }
}

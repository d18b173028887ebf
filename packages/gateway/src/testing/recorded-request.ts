import type { IncomingHttpHeaders } from 'node:http';

/** How a reply ended, as the gateway saw it. */
export type ReplyEnd = 'complete' | 'cut' | 'client-gone';

/** One call of `/v1/chat/completions` and its reply. */
export interface RecordedRequest {
  /** 0, 1, 2, … over the gateway's life. */
  readonly index: number;
  readonly model: string;
  /** The header as received, or undefined. */
  readonly authorization: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  /** Wall clock. */
  readonly receivedAtMs: number;
  /** Milliseconds from the request to the first chunk; undefined before it. */
  readonly firstChunkMs: number | undefined;
  /** The HTTP status that was sent; undefined before that and after a reset. */
  readonly status: number | undefined;
  /** The body so far, as written to the socket. */
  sentBytes(): Buffer;
  /** All `delta.content` of that body (or `message.content` without a stream), decoded from the bytes. */
  sentText(): string;
  /** The same for `delta.reasoning_content`. */
  sentReasoning(): string;
  /** Settles when the client disconnects before the reply is complete. */
  readonly clientGone: Promise<void>;
  /** Settles when nothing more will be sent. `cut`: the script ended it early. */
  readonly finished: Promise<ReplyEnd>;
}

/** The gateway's own side of a recorded request. */
export class Recording implements RecordedRequest {
  readonly index: number;
  readonly model: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly receivedAtMs: number;
  readonly startedAt: number;
  readonly clientGone: Promise<void>;
  readonly finished: Promise<ReplyEnd>;
  firstChunkMs: number | undefined;
  status: number | undefined;
  readonly #parts: Buffer[] = [];
  readonly #gone = Promise.withResolvers<void>();
  readonly #finished = Promise.withResolvers<ReplyEnd>();

  constructor(
    index: number,
    headers: IncomingHttpHeaders,
    request: { body: Record<string, unknown>; startedAt: number },
  ) {
    this.index = index;
    this.headers = headers;
    this.authorization = headers.authorization;
    this.body = request.body;
    this.startedAt = request.startedAt;
    this.model = typeof request.body.model === 'string' ? request.body.model : '';
    this.receivedAtMs = Date.now();
    this.clientGone = this.#gone.promise;
    this.finished = this.#finished.promise;
  }

  sent(bytes: Buffer): void {
    this.#parts.push(bytes);
  }

  end(how: ReplyEnd): void {
    if (how === 'client-gone') this.#gone.resolve();
    this.#finished.resolve(how);
  }

  sentBytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  sentText(): string {
    return readBack(this.sentBytes(), 'content');
  }

  sentReasoning(): string {
    return readBack(this.sentBytes(), 'reasoning_content');
  }
}

interface Piece {
  choices?: Array<{ delta?: Record<string, unknown>; message?: Record<string, unknown> }>;
}

function readBack(bytes: Buffer, member: 'content' | 'reasoning_content'): string {
  const text = bytes.toString('utf8');
  const data = text.startsWith('{')
    ? [text]
    : text.split(/\r?\n/).flatMap((line) => (line.startsWith('data:') ? [line.slice(5)] : []));
  return data.map((each) => pieceOf(each, member)).join('');
}

function pieceOf(data: string, member: string): string {
  let piece: Piece | null;
  try {
    piece = JSON.parse(data) as Piece | null;
  } catch {
    return '';
  }
  const choice = piece?.choices?.[0];
  const value = (choice?.delta ?? choice?.message)?.[member];
  return typeof value === 'string' ? value : '';
}

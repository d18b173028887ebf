import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { ErrorInfo } from '@aideator/contract/errors';
import type { RunId } from '@aideator/contract/ids';
import { HEARTBEAT_INTERVAL_MS, RUN_EVENT_LINE_BYTES_MAX } from '@aideator/contract/limits';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import type { RunEvent } from '@aideator/contract/run-event';
import { isOutcome } from '@aideator/contract/statuses';
import { cutToJsonPieces } from './text.ts';

/** An event without the fields that the emitter adds: version, run, attempt, seq, time. */
export type EventBody = RunEvent extends infer E
  ? E extends RunEvent
    ? Omit<E, 'v' | 'runId' | 'attempt' | 'seq' | 'at'>
    : never
  : never;

export interface EmitterOptions {
  out: Writable;
  runId: RunId;
  attempt: number;
  batchMs?: number;
  batchBytes?: number;
  heartbeatMs?: number;
}

/** Bytes of a line that text may use; the rest is for the other fields. */
const PIECE_BYTES_MAX = RUN_EVENT_LINE_BYTES_MAX - 512;
/** A UTF-16 unit takes at most this many bytes as JSON. */
const JSON_BYTES_PER_UNIT_MAX = 6;
const CLOSE_MS = 2_000;

/**
 * The only writer to stdout. Prints one JSON line per event, each shorter than RUN_EVENT_LINE_BYTES_MAX, numbered without
 * gaps. Text is batched for up to `batchMs` or `batchBytes`; the first piece after a pause is printed at once. When the
 * reader is gone, lines are dropped and nothing is thrown: the hand-over is the record.
 */
export class Emitter {
  readonly #options: Required<EmitterOptions>;
  readonly #gone = new AbortController();
  #hash = createHash('sha256');
  #seq = 0;
  #text = '';
  #reasoning = '';
  #batchTimer: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #startedAt: number | undefined;
  #over = false;

  constructor(options: EmitterOptions) {
    this.#options = { batchMs: 25, batchBytes: 2_048, heartbeatMs: HEARTBEAT_INTERVAL_MS, ...options };
    // Without a listener EPIPE would end the process.
    options.out.on('error', () => this.#gone.abort()).on('close', () => this.#gone.abort());
  }

  /** Text must be well-formed. */
  delta(piece: { text?: string; reasoning?: string }): void {
    if (this.#over) return;
    this.#text += piece.text ?? '';
    this.#reasoning += piece.reasoning ?? '';
    const { batchMs, batchBytes } = this.#options;
    const bytes = Buffer.byteLength(this.#text) + Buffer.byteLength(this.#reasoning);
    if (bytes >= batchBytes || performance.now() - this.#flushedAt >= batchMs) this.#flush();
    else this.#batchTimer ??= setTimeout(() => this.#flush(), batchMs);
  }

  /** Prints the batched text, then the event. Prints nothing after a terminal event. */
  event(body: EventBody): void {
    if (this.#over) return;
    this.#flush();
    this.#print(body);
    if (body.type === 'text_moved') this.#hash = createHash('sha256');
    if (body.type === 'started') {
      this.#startedAt = performance.now();
      this.#heartbeat = setInterval(() => this.#beat(), this.#options.heartbeatMs);
    }
    if (isOutcome(body.type)) this.#stop();
  }

  /** Prints the failure of a run that has no result to hand over, unless its end was printed before. */
  fail(error: ErrorInfo): void {
    if (this.#over) return;
    this.#flush();
    const totalMs = this.#startedAt === undefined ? 0 : Math.round(performance.now() - this.#startedAt);
    const textSha256 = this.#hash.copy().digest('hex');
    this.event({ type: 'failed', error, recorded: false, timings: { totalMs }, textSha256 });
  }

  /** Resolves when the reader keeps up, is gone, or the signal aborts. */
  async ready(signal: AbortSignal): Promise<void> {
    const { out } = this.#options;
    if (!out.writableNeedDrain || this.#gone.signal.aborted || signal.aborted) return;
    try {
      await once(out, 'drain', { signal: AbortSignal.any([signal, this.#gone.signal]) });
    } catch {
      // Aborted, or the reader is gone.
    }
  }

  /** Resolves when all lines have left this process, when the reader is gone, or after 2 s. */
  async close(): Promise<void> {
    this.#flush();
    this.#stop();
    const { out } = this.#options;
    if (this.#gone.signal.aborted || out.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, CLOSE_MS);
    this.#gone.signal.addEventListener('abort', () => resolve(), { once: true });
    out.write('', () => resolve());
    await promise;
    clearTimeout(timer);
  }

  #flush(): void {
    clearTimeout(this.#batchTimer);
    this.#batchTimer = undefined;
    const text = this.#text;
    const reasoning = this.#reasoning;
    if (text === '' && reasoning === '') return;
    this.#text = '';
    this.#reasoning = '';
    this.#flushedAt = performance.now();
    this.#hash.update(text);
    if ((text.length + reasoning.length) * JSON_BYTES_PER_UNIT_MAX <= PIECE_BYTES_MAX) {
      this.#print({ type: 'delta', ...(reasoning && { reasoning }), ...(text && { text }) });
      return;
    }
    for (const piece of cutToJsonPieces(reasoning, PIECE_BYTES_MAX)) {
      this.#print({ type: 'delta', reasoning: piece });
    }
    for (const piece of cutToJsonPieces(text, PIECE_BYTES_MAX)) this.#print({ type: 'delta', text: piece });
  }

  #beat(): void {
    // Heartbeats would pile up in front of a reader that does not read.
    if (!this.#options.out.writableNeedDrain) this.#print({ type: 'heartbeat' });
  }

  #print(body: EventBody): void {
    const { out, runId, attempt } = this.#options;
    const head = { v: PROTOCOL_VERSION, runId, attempt, seq: this.#seq, at: new Date().toISOString() };
    this.#seq += 1;
    this.#heartbeat?.refresh();
    if (!this.#gone.signal.aborted && out.writable) out.write(`${JSON.stringify({ ...head, ...body })}\n`);
  }

  #stop(): void {
    this.#over = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#batchTimer);
  }
}

import { AppError } from '@aideator/contract/errors';
import type { FeedWriter } from '@aideator/contract/feed';
import type { ResponsePatch, ResponseState, TurnEvent } from '@aideator/contract/frames';
import type { TurnId } from '@aideator/contract/ids';
import { FRAME_INTERVAL_MS } from '@aideator/contract/limits';
import type { Logger } from '../logger.ts';
import { createFrameBuffer } from './frame-buffer.ts';

/** Regular snapshots bound the size of the feed and what a new viewer has to read. */
export const FRAMES_PER_SNAPSHOT = 512;
const RETRY_MS = 250;
const RETRY_MS_MAX = 1_000;

export interface FrameWriterOptions {
  feed: FeedWriter;
  turnId: TurnId;
  log: Logger;
  snapshot: () => ResponseState[];
  /** Called before a lost frame is replaced by a snapshot. False when another collector has the turn. */
  isStillOurs: () => Promise<boolean>;
  /** Called when another collector has the feed. */
  onFenced: () => void;
}

/**
 * Sends patches as frames, one append at a time: the first at once, then at most one per 33 ms. The first piece of a
 * response does not wait, because people watch for it and there is only one per response. Patches that arrive during an
 * append are merged into the next one, so a slow feed delays no run and nothing queues up. A frame that cannot be
 * appended is dropped. The next entry is then a snapshot, retried until it is appended.
 */
export class FrameWriter {
  readonly #options: FrameWriterOptions;
  readonly #buffer = createFrameBuffer();
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #lastSentMs = 0;
  #sinceSnapshot = 0;
  /** Consecutive failed appends. Above 0, the feed lacks something. */
  #failures = 0;
  #stopped = false;

  constructor(options: FrameWriterOptions) {
    this.#options = options;
  }

  add(patch: ResponsePatch): void {
    if (this.#stopped) return;
    this.#buffer.add(patch);
    if (patch.firstTokenMs !== undefined) this.#hurry();
    this.#schedule();
  }

  /** Sends the first snapshot. */
  async open(): Promise<void> {
    await this.#once(() => this.#append({ type: 'snapshot', responses: this.#options.snapshot() }));
    this.#schedule();
  }

  /** Keeps a quiet feed alive and restarts it if it is gone. */
  async touch(): Promise<void> {
    if (this.#stopped || this.#sending || this.#failures > 0) return;
    await this.#once(() => this.#options.feed.touch());
    this.#schedule();
  }

  /** Sends the remaining patches; tries once. */
  async flush(): Promise<void> {
    while (this.#sending) await this.#sending;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#stopped) await this.#sendNext();
  }

  /** Sends the remaining patches and `done`. A viewer that misses `done` learns the end from the database. */
  async finish(): Promise<void> {
    await this.flush();
    if (!this.#stopped && this.#failures === 0) await this.#once(() => this.#append({ type: 'done' }));
    this.stop();
  }

  /** Stops sending. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#buffer.take();
  }

  /** Sends the next frame without the usual wait, right after an append in progress. */
  #hurry(): void {
    if (this.#failures > 0) return;
    this.#lastSentMs = Number.NEGATIVE_INFINITY;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    if (this.#timer || this.#sending || this.#stopped) return;
    if (this.#failures === 0 && this.#buffer.isEmpty) return;
    const waitMs =
      this.#failures > 0 ? retryMs(this.#failures) : this.#lastSentMs + FRAME_INTERVAL_MS - performance.now();
    if (waitMs <= 0) void this.#send();
    else this.#timer = setTimeout(() => void this.#send(), waitMs);
  }

  async #send(): Promise<void> {
    this.#timer = undefined;
    // A touch may be in progress. It schedules the next frame when it is done.
    if (this.#sending) return;
    await this.#sendNext();
    this.#schedule();
  }

  #sendNext(): Promise<void> {
    this.#lastSentMs = performance.now();
    return this.#once(() => (this.#failures > 0 ? this.#makeUp() : this.#sendFrame()));
  }

  async #sendFrame(): Promise<void> {
    const patches = this.#buffer.take();
    if (patches.length === 0) return;
    this.#sinceSnapshot += 1;
    const isDue = this.#sinceSnapshot >= FRAMES_PER_SNAPSHOT;
    // Taken before the first await, so that it holds this frame and nothing later.
    const snapshot = isDue ? this.#options.snapshot() : [];
    await this.#append({ type: 'frame', patches });
    if (isDue) await this.#append({ type: 'snapshot', responses: snapshot });
  }

  async #makeUp(): Promise<void> {
    if (!(await this.#options.isStillOurs()))
      throw new AppError('conflict', 'the turn has another collector');
    this.#buffer.take();
    await this.#append({ type: 'snapshot', responses: this.#options.snapshot() });
  }

  async #append(event: TurnEvent): Promise<void> {
    await this.#options.feed.append(event);
    if (event.type === 'snapshot') this.#sinceSnapshot = 0;
    if (this.#failures > 0) {
      this.#options.log.info({ turnId: this.#options.turnId }, 'a feed has recovered');
      this.#failures = 0;
    }
  }

  /** Runs one task at a time. Never rejects. */
  #once(work: () => Promise<unknown>): Promise<void> {
    const sending = work()
      .then(() => undefined)
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#sending = undefined;
      });
    this.#sending = sending;
    return sending;
  }

  #failed(error: unknown): void {
    const { log, turnId, onFenced } = this.#options;
    if (error instanceof AppError && error.code === 'conflict') {
      this.stop();
      onFenced();
      return;
    }
    this.#failures += 1;
    if (this.#failures === 1) log.warn({ err: error, turnId }, 'a frame was not appended');
  }
}

/** The first try has no delay, because a feed that was flushed accepts a snapshot at once. */
function retryMs(failures: number): number {
  if (failures === 1) return 0;
  return Math.min(RETRY_MS * 2 ** (failures - 2), RETRY_MS_MAX) * (0.5 + Math.random() / 2);
}

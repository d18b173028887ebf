import { setTimeout as delay } from 'node:timers/promises';
import type { UserId } from '@aideator/contract/ids';

/** Events per second to all viewers of this process. Encoding more would leave no time for calls. */
const EVENTS_PER_SECOND_MAX = 2_500;

/** One open event stream of a person. */
export interface ViewerStream {
  /** Aborts when the viewer left or a newer stream replaced this one. */
  readonly signal: AbortSignal;
  /** True if a newer stream of the same person replaced it. */
  readonly gaveWay: boolean;
  /** Resolves when the next event may be sent, without a delay while there are few streams. */
  pace(): Promise<void>;
  close(): void;
}

/** The event streams that this process serves. */
export interface ViewerStreams {
  /** Opens a stream until `left` aborts. Beyond the limit it ends the person's oldest stream. */
  open(userId: UserId, left: AbortSignal): ViewerStream;
  readonly size: number;
}

export function createViewerStreams(perPersonMax: number): ViewerStreams {
  const streamsOf = new Map<UserId, Set<OpenStream>>();
  const streams = {
    size: 0,
    open(userId: UserId, left: AbortSignal): ViewerStream {
      const own = streamsOf.get(userId) ?? new Set();
      streamsOf.set(userId, own);
      const stream = new OpenStream(left, {
        intervalMs: () => (streams.size * 1_000) / EVENTS_PER_SECOND_MAX,
        onClose() {
          streams.size -= 1;
          own.delete(stream);
          if (own.size === 0) streamsOf.delete(userId);
        },
      });
      streams.size += 1;
      own.add(stream);
      const [oldest] = own;
      if (own.size > perPersonMax) oldest?.giveWay();
      return stream;
    },
  };
  return streams;
}

class OpenStream implements ViewerStream {
  gaveWay = false;
  readonly #how: { intervalMs: () => number; onClose: () => void };
  readonly #left: AbortSignal;
  readonly #abort = new AbortController();
  readonly #leave = (): void => this.#abort.abort();
  #isClosed = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(left: AbortSignal, how: { intervalMs: () => number; onClose: () => void }) {
    this.#left = left;
    this.#how = how;
    left.addEventListener('abort', this.#leave, { once: true });
    if (left.aborted) this.#leave();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  giveWay(): void {
    this.gaveWay = true;
    this.close();
  }

  async pace(): Promise<void> {
    const waitMs = this.#lastMs + this.#how.intervalMs() - performance.now();
    if (waitMs > 1) await delay(waitMs, undefined, { signal: this.signal }).catch(() => undefined);
    this.#lastMs = performance.now();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#left.removeEventListener('abort', this.#leave);
    this.#abort.abort();
    this.#how.onClose();
  }
}

import { compareFeedIds, type FeedEntry, type FeedId } from '@aideator/contract/feed';

export interface ReadOptions {
  after?: FeedId;
  idleMs?: number;
  signal: AbortSignal;
}

/** Longest wait for an entry that the reader has already seen elsewhere. */
const CATCH_UP_MS_MAX = 1_000;

/** The start of a reader: right after `after` if that entry is still held, else at the newest snapshot. */
function startIndex(entries: readonly FeedEntry[], after: FeedId | undefined): number {
  if (after !== undefined) {
    const held = entries.findIndex((entry) => entry.id === after);
    if (held >= 0) return held + 1;
  }
  return Math.max(
    entries.findLastIndex((entry) => entry.event.type === 'snapshot'),
    0,
  );
}

/**
 * The entries of one turn in this process, for any number of readers. A reader holds only its position. The writer does
 * not wait for slow readers; they continue from the newest snapshot.
 */
export class Channel {
  #entries: FeedEntry[] = [];
  #ended = false;
  readonly #waiting = new Set<() => void>();

  /** The newest entry. */
  get last(): FeedEntry | undefined {
    return this.#entries.at(-1);
  }

  /** Keeps the entries from the second newest snapshot on, so that a viewer can reconnect after a short while. */
  push(entry: FeedEntry): void {
    this.#entries.push(entry);
    if (entry.event.type === 'snapshot') this.#trim();
    this.#wake();
  }

  /** Ends the channel. Readers return once they have read the rest. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *read({ after, idleMs, signal }: ReadOptions): AsyncGenerator<FeedEntry[]> {
    let position: FeedId | undefined;
    if (after !== undefined) await this.#catchUp(after, signal);
    while (!signal.aborted) {
      const batch = this.#entries.slice(
        position === undefined ? startIndex(this.#entries, after) : this.#indexAfter(position),
      );
      const tail = batch.at(-1);
      if (tail) {
        position = tail.id;
        yield batch;
        if (tail.event.type === 'done') return;
        continue;
      }
      if (this.#ended || this.last?.event.type === 'done') return;
      if ((await this.#changed(signal, idleMs)) === 'idle') yield [];
    }
  }

  /**
   * Waits for the entry `after`. A reader that comes from a process that is ahead of this one would otherwise start from an
   * older state than it has shown. Bounded, because the id comes from outside.
   */
  async #catchUp(after: FeedId, signal: AbortSignal): Promise<void> {
    const endMs = performance.now() + CATCH_UP_MS_MAX;
    while (!signal.aborted && !this.#ended) {
      const leftMs = endMs - performance.now();
      const { last } = this;
      if (!last || last.event.type === 'done' || compareFeedIds(last.id, after) >= 0 || leftMs <= 0) return;
      await this.#changed(signal, leftMs);
    }
  }

  #indexAfter(position: FeedId): number {
    const next = this.#entries.findIndex((entry) => compareFeedIds(entry.id, position) > 0);
    // The entry was trimmed before a slow reader got to it. Continue from a snapshot.
    if (next === 0) return startIndex(this.#entries, undefined);
    return next < 0 ? this.#entries.length : next;
  }

  #trim(): void {
    const newest = this.#entries.length - 1;
    const previous = this.#entries.findLastIndex((entry, i) => i < newest && entry.event.type === 'snapshot');
    if (previous > 0) this.#entries.splice(0, previous);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  async #changed(signal: AbortSignal, idleMs: number | undefined): Promise<'changed' | 'idle'> {
    const { promise, resolve } = Promise.withResolvers<'changed' | 'idle'>();
    const wake = () => resolve('changed');
    const timer = idleMs === undefined ? undefined : setTimeout(resolve, idleMs, 'idle');
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }
}

import { followsFeedId } from '@aideator/contract/feed';
import type { TurnId } from '@aideator/contract/ids';
import type { Redis } from 'ioredis';
import { Channel, type ReadOptions } from './channel.ts';
import { decodeEntry, type StreamEntry } from './redis-entries.ts';
import type { Tail } from './redis-tail.ts';

/** How long a turn without viewers is still followed, so that a page reload need not load it again. */
const LINGER_MS = 2_000;

export interface MirrorsDeps {
  commands: Redis;
  keyOf: (turnId: TurnId) => string;
  /** Makes the blocking read include a new stream at once. */
  wake: () => void;
}

/** The turns that are watched in this process. Each is read from Redis once, whatever the number of its viewers. */
export class Mirrors {
  readonly tails = new Map<string, Mirror>();
  readonly #deps: MirrorsDeps;

  constructor(deps: MirrorsDeps) {
    this.#deps = deps;
  }

  /** See `Feed.read`. */
  async *read(turnId: TurnId, options: ReadOptions) {
    const key = this.#deps.keyOf(turnId);
    const mirror = this.tails.get(key) ?? this.#add(key);
    mirror.viewers += 1;
    clearTimeout(mirror.linger);
    try {
      if (await mirror.loaded) yield* mirror.channel.read(options);
    } finally {
      mirror.viewers -= 1;
      if (mirror.viewers === 0) mirror.linger = setTimeout(() => this.#remove(mirror), LINGER_MS).unref();
    }
  }

  close(): void {
    for (const mirror of this.tails.values()) this.#remove(mirror);
  }

  #add(key: string): Mirror {
    const mirror = new Mirror(key, (gone) => this.#remove(gone));
    this.tails.set(key, mirror);
    mirror.loaded = this.#load(mirror);
    return mirror;
  }

  /** Loads all entries of the turn from Redis; its writer bounds their number. Returns false if there are none. */
  async #load(mirror: Mirror): Promise<boolean> {
    try {
      const entries = await this.#deps.commands.xrange(mirror.key, '-', '+');
      const last = entries.at(-1);
      if (!last) throw new Error('no such stream');
      for (const entry of entries) mirror.channel.push(decodeEntry(entry));
      mirror.position = last[0];
      this.#deps.wake();
      return true;
    } catch {
      this.#remove(mirror);
      return false;
    }
  }

  #remove(mirror: Mirror): void {
    clearTimeout(mirror.linger);
    mirror.channel.end();
    if (this.tails.get(mirror.key) === mirror) this.tails.delete(mirror.key);
  }
}

class Mirror implements Tail {
  readonly key: string;
  readonly channel = new Channel();
  position: string | undefined;
  viewers = 0;
  linger: NodeJS.Timeout | undefined;
  loaded: Promise<boolean> = Promise.resolve(false);
  readonly #drop: (mirror: Mirror) => void;

  constructor(key: string, drop: (mirror: Mirror) => void) {
    this.key = key;
    this.#drop = drop;
  }

  take(entries: readonly StreamEntry[]): void {
    for (const entry of entries.map(decodeEntry)) {
      const isNext = followsFeedId(this.channel.last?.id, entry.id) || entry.event.type === 'snapshot';
      // Entries were trimmed before they were read here. The next reader loads what is left.
      if (!isNext) {
        this.#drop(this);
        return;
      }
      this.channel.push(entry);
    }
  }

  lost(): void {
    this.#drop(this);
  }
}

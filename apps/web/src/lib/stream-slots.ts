import { delay, orAborted } from './abort.ts';

/**
 * Live streams that one browser may hold open at once, over all of its tabs. Browsers open six HTTP/1.1 connections per
 * origin: the other half stays free for pages and calls.
 */
export const STREAMS_MAX = 3;

/** The right to hold one live stream open. */
export interface StreamSlot {
  release(): void;
  /** True when another stream of this browser waits for a slot. */
  isWanted(): Promise<boolean>;
  /** Aborts when the slot was taken away. */
  lost: AbortSignal;
}

export interface StreamSlots {
  /** Waits for a free slot, first come, first served. Rejects when `signal` aborts. */
  take(signal: AbortSignal): Promise<StreamSlot>;
}

type Locks = Pick<LockManager, 'request' | 'query'>;

const SLOT_LOCK = 'aideator:live-stream:';
/** Held by the stream that looks for a free slot; the others queue behind it. */
const QUEUE_LOCK = 'aideator:live-stream-queue';
const LOOK_INTERVAL_MS = 50;

/** Slots shared by all tabs of a browser. The browser frees the slots of a tab that closes or crashes. */
export function lockSlots(locks: Locks): StreamSlots {
  const isWanted = async () => {
    const { held = [], pending = [] } = await locks.query();
    return [...held, ...pending].some((lock) => lock.name === QUEUE_LOCK);
  };

  async function findFree(signal: AbortSignal): Promise<() => void> {
    for (;;) {
      for (let slot = 0; slot < STREAMS_MAX; slot += 1) {
        const release = await hold(locks, SLOT_LOCK + slot, { ifAvailable: true });
        if (release) return release;
      }
      await delay(LOOK_INTERVAL_MS, signal);
    }
  }

  return {
    async take(signal) {
      const leaveQueue = await hold(locks, QUEUE_LOCK, { signal });
      try {
        const release = await findFree(signal);
        return { release, isWanted, lost: new AbortController().signal };
      } finally {
        leaveQueue?.();
      }
    },
  };
}

/** Resolves to a function that releases the lock, or to undefined if the lock is not available. */
async function hold(locks: Locks, name: string, options: LockOptions): Promise<(() => void) | undefined> {
  const granted = Promise.withResolvers<(() => void) | undefined>();
  const onGranted = (lock: Lock | null) => {
    if (!lock) return granted.resolve(undefined);
    const released = Promise.withResolvers<void>();
    granted.resolve(released.resolve);
    return released.promise;
  };
  locks.request(name, options, onGranted).catch(granted.reject);
  return granted.promise;
}

/** Slots of one page. `lost` is the signal that the slots handed out now carry. */
export function pageSlots(lost: () => AbortSignal = () => new AbortController().signal): StreamSlots {
  const waiters: ((slot: StreamSlot) => void)[] = [];
  let free = STREAMS_MAX;

  function handOut(): StreamSlot {
    let released = false;
    return {
      lost: lost(),
      isWanted: async () => waiters.length > 0,
      release() {
        if (released) return;
        released = true;
        const next = waiters.shift();
        if (next) next(handOut());
        else free += 1;
      },
    };
  }

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return handOut();
      }
      const { promise, resolve } = Promise.withResolvers<StreamSlot>();
      waiters.push(resolve);
      try {
        return await orAborted(promise, signal);
      } catch (error) {
        const at = waiters.indexOf(resolve);
        if (at >= 0) waiters.splice(at, 1);
        else void promise.then((slot) => slot.release());
        throw error;
      }
    },
  };
}

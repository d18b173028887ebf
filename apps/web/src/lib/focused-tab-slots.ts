import { orAborted } from './abort.ts';
import { pageSlots, type StreamSlots } from './stream-slots.ts';

const CHANNEL = 'aideator:live-streams';

interface Claim {
  atMs: number;
  /** Decides between claims of the same millisecond. */
  tab: number;
}

export interface FocusedTabDeps {
  openChannel(name: string): Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>;
  /** Calls back whenever this tab gets the focus. */
  onFocus(callback: () => void): void;
  now(): number;
  random(): number;
}

function isClaim(value: unknown): value is Claim {
  if (typeof value !== 'object' || value === null) return false;
  const { atMs, tab } = value as Record<string, unknown>;
  return typeof atMs === 'number' && typeof tab === 'number';
}

/**
 * Slots for pages without Web Locks, as on plain HTTP. The tab that had the focus last has all slots; a new page counts
 * as focused. The other tabs wait, and their readers load stored answers meanwhile.
 */
export function focusedTabSlots(deps: FocusedTabDeps): StreamSlots {
  const channel = deps.openChannel(CHANNEL);
  const tab = deps.random();
  let newest: Claim = { atMs: 0, tab: 0 };
  let owning = Promise.withResolvers<void>();
  let taken = new AbortController();
  const slots = pageSlots(() => taken.signal);

  function claim(): void {
    newest = { atMs: Math.max(deps.now(), newest.atMs + 1), tab };
    channel.postMessage(newest);
    owning.resolve();
  }
  channel.addEventListener('message', ({ data }) => {
    if (!isClaim(data)) return;
    if (data.atMs < newest.atMs || (data.atMs === newest.atMs && data.tab < newest.tab)) return;
    newest = data;
    taken.abort();
    taken = new AbortController();
    owning = Promise.withResolvers<void>();
  });
  deps.onFocus(claim);
  let claimed = false;

  return {
    async take(signal) {
      if (!claimed) claim();
      claimed = true;
      for (;;) {
        await orAborted(owning.promise, signal);
        const slot = await slots.take(signal);
        if (newest.tab === tab) return slot;
        slot.release();
      }
    },
  };
}

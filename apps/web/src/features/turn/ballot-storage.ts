import type { UserId } from '@aideator/contract/ids';
import type { PendingOp } from './ballot-ops.ts';

/** Keeps the calls that the server has not answered. Each has a key of its own, so that tabs do not overwrite each other. */
export interface BallotStorage {
  /** Oldest decision first. */
  list(): PendingOp[];
  add(pending: PendingOp): void;
  remove(key: string): void;
}

type Box = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export const BALLOT_PREFIX = 'aideator:ballot:';
/** A call that is older can no longer mean anything to the person. */
const KEPT_MS_MAX = 30 * 24 * 60 * 60 * 1_000;

function parse(key: string, value: string | null): PendingOp | undefined {
  try {
    const data = JSON.parse(value ?? '') as Partial<PendingOp> | null;
    const isWhole = data?.op?.kind && data.turnId && data.sessionId && Number.isFinite(data.decidedAtMs);
    return isWhole ? { ...(data as PendingOp), key } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Storage in the browser, apart for each person. A browser that refuses storage keeps the calls for as long as the page is
 * open.
 */
export function createBallotStorage(box: Box, userId: UserId, now: () => number): BallotStorage {
  const prefix = `${BALLOT_PREFIX}${userId}:`;
  const unstored = new Map<string, PendingOp>();
  function stored(): PendingOp[] {
    try {
      const keys = Array.from({ length: box.length }, (_, index) => box.key(index) ?? '');
      return keys
        .filter((key) => key.startsWith(prefix))
        .flatMap((key) => parse(key.slice(prefix.length), box.getItem(key)) ?? []);
    } catch {
      return [];
    }
  }
  function remove(key: string): void {
    unstored.delete(key);
    try {
      box.removeItem(prefix + key);
    } catch {
      // It could not be stored either.
    }
  }
  return {
    list() {
      const all = [...stored(), ...unstored.values()];
      for (const { key, decidedAtMs } of all) if (now() - decidedAtMs > KEPT_MS_MAX) remove(key);
      return all
        .filter(({ decidedAtMs }) => now() - decidedAtMs <= KEPT_MS_MAX)
        .toSorted((one, other) => (one.key < other.key ? -1 : 1));
    },
    add(pending) {
      try {
        box.setItem(prefix + pending.key, JSON.stringify(pending));
      } catch {
        unstored.set(pending.key, pending);
      }
    },
    remove,
  };
}

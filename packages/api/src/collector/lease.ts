import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logger.ts';

/** A process's right to collect a turn, for a limited time. */
export interface TurnLease {
  /** Returns false when another process has the turn. */
  renew(): Promise<boolean>;
  /** Releases the lease, because nothing is left to collect. */
  release(): Promise<void>;
  /** Lets the lease expire at once, so that another process can adopt the turn. */
  drain(): Promise<void>;
}

export interface LeaseTimes {
  /** How long after its last renewal a turn belongs to its collector. */
  leaseSeconds: number;
  /** How often a collector renews its lease. */
  renewSeconds: number;
  /** How often each replica looks for turns without a collector. */
  sweepSeconds: number;
}

/** A lost collector is replaced after 20 s at most, 12.5 s on average. */
export const LEASE_TIMES: LeaseTimes = { leaseSeconds: 15, renewSeconds: 5, sweepSeconds: 5 };

/**
 * Renews a lease until the signal aborts or the lease is lost. Continues while the database is down: no other process can
 * adopt the turn then, and the epoch fences later writes.
 */
export async function keepLease(
  lease: TurnLease,
  how: {
    renewSeconds: number;
    signal: AbortSignal;
    log: Logger;
    onRenewed: () => Promise<void>;
    onLost: () => void;
  },
): Promise<void> {
  const { renewSeconds, signal, log } = how;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    await delay(renewSeconds * 1_000 * (0.8 + Math.random() * 0.2), undefined, { signal }).catch(
      () => undefined,
    );
    if (isOver()) return;
    try {
      if (await lease.renew()) await how.onRenewed();
      else if (!isOver()) {
        how.onLost();
        return;
      }
    } catch (error) {
      log.warn({ err: error }, 'a lease was not renewed');
    }
  }
}

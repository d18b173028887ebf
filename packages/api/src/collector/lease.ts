import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logger.ts';

/** A process's right to collect a turn, for a while. */
export interface TurnLease {
  /** False: another process has the turn now. */
  renew(): Promise<boolean>;
  /** Gives it back: nothing is left to collect. */
  release(): Promise<void>;
  /** Leaves the turn to whoever takes it next. */
  handOver(): Promise<void>;
}

export interface LeaseTimes {
  /** How long a turn is left alone after its collector was heard of last. */
  leaseSeconds: number;
  /** How often a collector is heard of. */
  renewSeconds: number;
  /** How often every replica looks for turns without a collector. */
  sweepSeconds: number;
}

/** A collector that was lost is missed for 20 s at most, 12.5 s on average. */
export const LEASE_TIMES: LeaseTimes = { leaseSeconds: 15, renewSeconds: 5, sweepSeconds: 5 };

/**
 * Renews a lease until the signal ends it, or it is lost. While the database is away it goes on: then nobody else can take
 * the turn either, and whatever is written later is fenced by the epoch.
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

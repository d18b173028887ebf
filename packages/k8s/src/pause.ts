import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after `ms`, or when the signal aborts. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

/** Returns the milliseconds to wait after that many failures in a row: doubled each time up to `capMs`, with a jitter of one half. */
export function backoffMs(failures: number, { baseMs, capMs }: { baseMs: number; capMs: number }): number {
  return Math.min(capMs, baseMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

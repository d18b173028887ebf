const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/**
 * Milliseconds to wait before a broken stream is opened again, after `failures` in a row. `random` (0 to 1) keeps pages from
 * reconnecting at the same moment.
 */
export function resumeDelayMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + random / 2);
}

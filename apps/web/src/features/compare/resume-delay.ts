const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/** Milliseconds before a broken stream is read anew after `failures` in a row; `random` (0 to 1) spreads many pages out. */
export function resumeDelayMs(failures: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return full * (0.5 + random / 2);
}

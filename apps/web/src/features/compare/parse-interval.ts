/** Least milliseconds between two parses of an answer of this length: parsing costs time in proportion to it. */
export function parseIntervalMs(characters: number): number {
  if (characters < 8_000) return 100;
  if (characters < 32_000) return 200;
  return characters < 100_000 ? 400 : 1_000;
}

/**
 * Milliseconds until the next moment at which texts of this length are parsed. The moments are the same for all panels,
 * so that the page is laid out and drawn once for all of them.
 */
export function untilNextParseMs(characters: number, nowMs: number): number {
  const interval = parseIntervalMs(characters);
  return interval - (nowMs % interval);
}

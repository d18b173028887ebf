/** Each one is a multiple of most before it, so that panels with different intervals still share moments. */
const INTERVALS_MS = [100, 200, 400, 1_000, 2_000, 4_000, 8_000] as const;
const LONGEST_MS = 8_000;

/** Of an interval, parsing and drawing may take one part of so many. The rest is the person's, to scroll and to type. */
const PARTS = 5;

/** The interval for answers that consist of many blocks, of which only the last ones are parsed again. */
function intervalForLength(characters: number): number {
  if (characters < 8_000) return 100;
  if (characters < 32_000) return 200;
  return characters < 100_000 ? 400 : 1_000;
}

/**
 * Least milliseconds between two parses of an answer of this length, of which the last one took `lastParseMs` with its
 * drawing. A long list or table is one block and is parsed as a whole each time.
 */
export function parseIntervalMs(characters: number, lastParseMs = 0): number {
  const least = Math.max(intervalForLength(characters), PARTS * lastParseMs);
  return INTERVALS_MS.find((interval) => interval >= least) ?? LONGEST_MS;
}

/**
 * Milliseconds until the next moment at which texts of this length are parsed. The moments are the same for all panels,
 * so that the page is laid out and drawn once for all of them.
 */
export function untilNextParseMs(characters: number, nowMs: number, lastParseMs = 0): number {
  const interval = parseIntervalMs(characters, lastParseMs);
  return interval - (nowMs % interval);
}

/** Converts between the server's clock and the browser's, which may differ by minutes. */
export interface ServerClock {
  /** Converts a time of the server's clock to the browser's, in milliseconds since 1970. */
  toBrowserMs(moment: Date | number): number;
  /** The server's time now. */
  now(): Date;
}

export interface ClockReading {
  /** When the server rendered the page, by its own clock, in milliseconds since 1970. */
  serverMs: number;
  /** When the first byte of the page arrived, by the browser's clock. */
  browserMs: number;
}

/** Treats both readings as the same moment, because a page arrives within a second. */
export function createServerClock({ serverMs, browserMs }: ClockReading, now: () => number): ServerClock {
  const aheadMs = browserMs - serverMs;
  return {
    toBrowserMs: (moment) => moment.valueOf() + aheadMs,
    now: () => new Date(now() - aheadMs),
  };
}

/** Far more than any line of a runner; longer lines are noise. */
export const LINE_BYTES_MAX = 64 * 1024;

export interface LineSplitter {
  /** Returns the lines that these bytes complete, without line ends. */
  push(bytes: Uint8Array): string[];
  /** Returns a last line without a line end: half a line of a killed process. */
  end(): string[];
  /** Number of lines dropped because they were too long. */
  readonly dropped: number;
}

/** Splits chunks of bytes into lines at LF. Buffers at most `bytesMax` and drops longer lines. */
export function createLineSplitter(bytesMax: number = LINE_BYTES_MAX): LineSplitter {
  let parts: Uint8Array[] = [];
  let size = 0;
  let dropped = 0;

  const add = (part: Uint8Array): void => {
    size += part.length;
    if (size > bytesMax) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (lines: string[]): void => {
    if (size > bytesMax) dropped += 1;
    else if (size > 0) lines.push(Buffer.concat(parts).toString('utf8'));
    parts = [];
    size = 0;
  };

  return {
    push(bytes) {
      const lines: string[] = [];
      let start = 0;
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
        add(bytes.subarray(start, at));
        take(lines);
        start = at + 1;
      }
      add(bytes.subarray(start));
      return lines;
    },
    end() {
      const lines: string[] = [];
      take(lines);
      return lines;
    },
    get dropped() {
      return dropped;
    },
  };
}

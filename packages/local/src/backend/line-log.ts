import type { BackendEvent } from '@aideator/contract/backend';

type Exit = Extract<BackendEvent, { type: 'exit' }>;

/** The memory of a line besides its text. */
const LINE_OVERHEAD_BYTES = 32;

/** The lines of one run and its exit, for any number of followers. Holds at most `bytesMax`. */
export class LineLog {
  readonly #bytesMax: number;
  readonly #lines: string[] = [];
  #bytes = 0;
  #exit: Exit | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Returns false if the line does not fit; it is not kept then. */
  append(line: string): boolean {
    if (this.#exit) return true;
    this.#bytes += Buffer.byteLength(line) + LINE_OVERHEAD_BYTES;
    if (this.#bytes > this.#bytesMax) return false;
    this.#lines.push(line);
    this.#notify();
    return true;
  }

  end(exit: Exit): void {
    this.#exit ??= exit;
    this.#notify();
  }

  /** Yields all lines from the first on, then new ones, then the exit. Returns early if the signal aborts. */
  async *follow(signal: AbortSignal): AsyncGenerator<BackendEvent> {
    const aborted = Promise.withResolvers<void>();
    const onAbort = (): void => aborted.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for (let next = 0; !signal.aborted; ) {
        const line = this.#lines[next];
        if (line !== undefined) {
          next += 1;
          yield { type: 'line', line };
        } else if (this.#exit) {
          yield this.#exit;
          return;
        } else {
          await Promise.race([this.#changed.promise, aborted.promise]);
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const BYTES_MAX = 10 * 1024 * 1024;
const TAIL_LINES = 25;
const LINE_CHARS_MAX = 4_000;

/** The log of one part: `<name>.log`, and older lines in `<name>.log.1`. Each has at most 10 MB. */
export class LogFile {
  readonly path: string;
  readonly #bytesMax: number;
  readonly #tail: string[] = [];
  #file: number;
  #bytes = 0;

  /** Starts a new log. The log of the last start becomes `.log.1`. */
  constructor(dir: string, name: string, bytesMax = BYTES_MAX) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.path = join(dir, `${name}.log`);
    this.#bytesMax = bytesMax;
    this.#file = this.#rotate();
  }

  /** Writes synchronously, so that no line is lost when this process ends suddenly. */
  write(line: string): void {
    const cut = line.slice(0, LINE_CHARS_MAX);
    this.#tail.push(cut);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
    if (this.#bytes > this.#bytesMax) {
      closeSync(this.#file);
      this.#file = this.#rotate();
    }
    this.#bytes += writeSync(this.#file, `${cut}\n`);
  }

  /** Writes a stream line by line. */
  follow(stream: Readable | null, onLine?: (line: string) => void): void {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (line) => {
      this.write(line);
      onLine?.(line);
    });
  }

  /** The last lines. */
  tail(): string {
    return this.#tail.join('\n');
  }

  #rotate(): number {
    rmSync(`${this.path}.1`, { force: true });
    try {
      renameSync(this.path, `${this.path}.1`);
    } catch {
      // There was no earlier log.
    }
    this.#bytes = 0;
    return openSync(this.path, 'a', 0o600);
  }
}

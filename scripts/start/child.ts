import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LogFile } from './log-file.ts';

export interface ChildOptions {
  /** Arguments of Node. */
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  log: LogFile;
  onLine?: (line: string) => void;
}

const END_WITH_PARENT = pathToFileURL(join(import.meta.dirname, 'end-with-parent.mjs')).href;

/**
 * A Node program in a process group of its own: a Ctrl-C in the terminal does not reach it, so that we can stop
 * everything in its order. It holds the reading end of a pipe as its standard input, which closes when we end.
 */
export class Child {
  /** Settles when it is gone; never rejects. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  readonly #process: ChildProcess;

  constructor(options: ChildOptions) {
    this.#process = spawn(process.execPath, options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process.stdin?.on('error', () => {});
    options.log.follow(this.#process.stdout, options.onLine);
    options.log.follow(this.#process.stderr, options.onLine);
    this.exited = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => resolve({ code, signal }));
      this.#process.once('error', () => resolve({ code: 127, signal: null }));
    });
  }

  /** SIGTERM, and SIGKILL to its whole group when it is still there after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM');
      await Promise.race([this.exited, once(AbortSignal.timeout(graceMs), 'abort')]);
    }
    // Also when the program itself is gone: what it started may not be.
    this.#killGroup();
    await this.exited;
  }

  #killGroup(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone.
    }
  }
}

/** Runs a Node program to its end. Throws with the end of its log when it fails, and when `signal` aborts. */
export async function runToEnd(options: ChildOptions & { name: string; signal: AbortSignal }): Promise<void> {
  options.signal.throwIfAborted();
  const child = new Child({ ...options, args: ['--import', END_WITH_PARENT, ...options.args] });
  const stop = () => void child.stop(1_000);
  options.signal.addEventListener('abort', stop);
  const { code } = await child.exited;
  options.signal.removeEventListener('abort', stop);
  options.signal.throwIfAborted();
  if (code !== 0) throw new Error(`${options.name} failed.\n${options.log.tail()}\n(${options.log.path})`);
}

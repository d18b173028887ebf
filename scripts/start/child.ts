import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LogFile } from './log-file.ts';

export interface ChildOptions {
  /** The arguments for Node. */
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  log: LogFile;
  onLine?: (line: string) => void;
}

const END_WITH_PARENT = pathToFileURL(join(import.meta.dirname, 'end-with-parent.mjs')).href;

/**
 * A Node program in its own process group. Ctrl-C in the terminal does not reach it, so that we can stop all parts in
 * order. Its standard input is a pipe that closes when this process ends.
 */
export class Child {
  /** Resolves when the process has ended; never rejects. */
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

  /** Sends SIGTERM, and SIGKILL to the whole group when the program still runs after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGTERM');
      await Promise.race([this.exited, once(AbortSignal.timeout(graceMs), 'abort')]);
    }
    // Even if the program has ended, what it started may still run.
    this.#killGroup();
    await this.exited;
  }

  #killGroup(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group has ended.
    }
  }
}

/** Runs a Node program to its end. Throws when it fails, with the end of its log, and when `signal` aborts. */
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

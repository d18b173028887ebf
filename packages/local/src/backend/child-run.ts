import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import type { BackendEvent, RunToStart } from '@aideator/contract/backend';
import { AppError, type ErrorInfo } from '@aideator/contract/errors';
import { createLineSplitter } from '@aideator/contract/line-splitter';
import { PARENT_PIPE_ENV, RUNNER_ENV } from '@aideator/contract/protocol';
import { LineLog } from './line-log.ts';

export interface ChildRunOptions {
  runnerPath: string;
  nodePath: string;
  callbackUrl: string;
  linesBytesMax: number;
  killAfterMs: number;
  /** Added to the run's timeout for the claim and the hand-over. */
  graceMs: number;
  log: (message: string, fields: Record<string, unknown>) => void;
}

const STDERR_CHARS_MAX = 4_096;
/** How long to wait for the rest of the output after the exit: another process may hold the pipes open. */
const DRAIN_MS = 500;
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Resolves to true when the promise settles, or to false after `ms`. */
async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The names come from the contract. Nothing of this process's own environment is passed on. */
function environment(run: RunToStart, callbackUrl: string): Record<string, string> {
  return {
    [RUNNER_ENV.runId]: run.runId,
    [RUNNER_ENV.attempt]: String(run.attempt),
    [RUNNER_ENV.token]: run.token,
    [RUNNER_ENV.callbackUrl]: callbackUrl,
    [PARENT_PIPE_ENV]: '1',
  };
}

/** The process of one run. Its stdin stays open, so that it exits when this process is gone. A prewarmed runner gets its run through it. */
export class ChildRun {
  readonly run: RunToStart;
  readonly log: LineLog;
  /** Settles when the process has exited and its output was read. */
  readonly over: Promise<void>;
  readonly #options: ChildRunOptions;
  readonly #child: ChildProcess;
  readonly #spawned: Promise<unknown>;
  readonly #exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #cause: ErrorInfo | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #cancelling: Promise<void> | undefined;
  #alive = true;

  /** `prewarmed`: a process that waits for its run. Without it, a new process is started. */
  constructor(run: RunToStart, options: ChildRunOptions, prewarmed?: ChildProcess) {
    this.run = run;
    this.#options = options;
    this.log = new LineLog(options.linesBytesMax);
    const values = environment(run, options.callbackUrl);
    this.#child =
      prewarmed ??
      spawn(options.nodePath, [options.runnerPath], {
        cwd: dirname(options.runnerPath),
        // Next's types require NODE_ENV, but a runner does not need it.
        env: values as NodeJS.ProcessEnv,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    // A signal that cannot be delivered raises this event, even after the start.
    this.#child.on('error', () => {});
    this.#spawned = prewarmed ? Promise.resolve() : once(this.#child, 'spawn');
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.over = this.#watch();
    prewarmed?.stdin?.write(`${JSON.stringify(values)}\n`);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Resolves when the process runs. Throws AppError `run_start_failed`. */
  async started(): Promise<void> {
    try {
      await this.#spawned;
    } catch (cause) {
      const detail = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
      throw new AppError('run_start_failed', `could not start a process: ${detail}`, { detail, cause });
    }
  }

  /** Sends SIGTERM, then SIGKILL after `killAfterMs`. Resolves when the process has exited. Repeated calls act as one. */
  cancel(): Promise<void> {
    this.#cancelling ??= this.#cancel();
    return this.#cancelling;
  }

  async #cancel(): Promise<void> {
    if (!this.#alive) return;
    this.#child.kill('SIGTERM');
    if (await within(this.over, this.#options.killAfterMs)) return;
    this.#child.kill('SIGKILL');
    await this.over;
  }

  async #watch(): Promise<void> {
    const { stdin, stdout, stderr } = this.#child;
    // A process that exits closes its end of the pipe. Its exit reports that.
    stdin?.on('error', () => {});
    const noise = this.#keepStderr(stderr);
    const output = this.#readLines(stdout);
    try {
      await this.#spawned;
    } catch {
      this.#alive = false;
      this.log.end({ type: 'exit', exitCode: null, error: { code: 'run_start_failed' } });
      return;
    }
    const limitMs = Math.min(TIMER_MS_MAX, this.run.timeoutSeconds * 1_000 + this.#options.graceMs);
    this.#watchdog = setTimeout(() => this.#kill({ code: 'run_timeout' }), limitMs);
    const { code: exitCode, signal } = await this.#exited;
    clearTimeout(this.#watchdog);
    if (!(await within(output, DRAIN_MS))) stdout?.destroy();
    stderr?.destroy();
    stdin?.destroy();
    this.#alive = false;
    const { runId, attempt } = this.run;
    this.#options.log('runner ended', { runId, attempt, exitCode, signal, stderr: noise() });
    this.log.end(this.#exit(exitCode, signal));
  }

  #exit(exitCode: number | null, signal: string | null): Extract<BackendEvent, { type: 'exit' }> {
    const killed: ErrorInfo | undefined =
      signal === null ? undefined : { code: 'runner_crashed', detail: `killed by ${signal}` };
    const error = this.#cause ?? killed;
    return error ? { type: 'exit', exitCode, error } : { type: 'exit', exitCode };
  }

  async #readLines(stdout: Readable | null): Promise<void> {
    const splitter = createLineSplitter();
    const keep = (lines: string[]): void => {
      const fits = lines.every((line) => this.log.append(line));
      if (!fits) this.#kill({ code: 'answer_too_long', detail: 'too much output of the runner' });
    };
    try {
      for await (const bytes of stdout ?? []) keep(splitter.push(bytes));
    } catch {
      // The stream was destroyed because another process held the pipe open.
    }
    keep(splitter.end());
    if (splitter.dropped > 0) {
      this.#options.log('lines too long', { runId: this.run.runId, lines: splitter.dropped });
    }
  }

  /** Reads all of stderr, so that the process never blocks on it, and keeps its start. */
  #keepStderr(stderr: Readable | null): () => string {
    let text = '';
    stderr?.setEncoding('utf8').on('data', (piece: string) => {
      if (text.length < STDERR_CHARS_MAX) text = (text + piece).slice(0, STDERR_CHARS_MAX);
    });
    return () => text;
  }

  #kill(cause: ErrorInfo): void {
    this.#cause ??= cause;
    this.#child.kill('SIGKILL');
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@aideator/contract/errors';

export interface ProcessOptions {
  /** Used in messages, such as `LiteLLM`. */
  name: string;
  command: string;
  args: readonly string[];
  cwd?: string;
  /** Its whole environment. Nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** Called with each line of output, cut to 2,000 characters. */
  log?: (line: string) => void;
}

const LINE_CHARS_MAX = 2_000;
const LINES_KEPT_MAX = 40;
const STOP_GRACE_MS = 3_000;

/**
 * A process in its own group that ends when this process ends. It watches its standard input (`parent_watch.py`); our
 * end of that pipe closes even if this process is killed. `close` stops the whole group within a few seconds.
 */
export class ManagedProcess {
  readonly name: string;
  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();
  #gone = false;

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.#child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdin?.on('error', () => {});
    this.exited = new Promise((resolve) => {
      const over = () => {
        this.#gone = true;
        resolve();
      };
      this.#child.once('exit', over);
      this.#child.once('error', (error) => {
        this.#keep(String(error));
        over();
      });
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        const cut = line.slice(0, LINE_CHARS_MAX);
        this.#keep(cut);
        options.log?.(cut);
        for (const watch of this.#watchers) watch(cut);
      });
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Polls until `check` returns a value. Throws AppError `unavailable` when the process ends or the time is up. */
  async until<T>(
    check: () => Promise<T | undefined>,
    limits: { timeoutSeconds: number; signal: AbortSignal },
  ): Promise<T> {
    const deadline = performance.now() + limits.timeoutSeconds * 1000;
    while (performance.now() < deadline) {
      limits.signal.throwIfAborted();
      if (this.#gone) throw this.#failure('ended while it started');
      const value = await check();
      if (value !== undefined) return value;
      await Promise.race([sleep(100, undefined, { signal: limits.signal }), this.exited]);
    }
    throw this.#failure(`was not ready after ${limits.timeoutSeconds} s`);
  }

  /** Calls back with every line from now on. Returns a function that stops it. */
  onLine(watch: (line: string) => void): () => void {
    this.#watchers.add(watch);
    return () => this.#watchers.delete(watch);
  }

  /** Stops the process and everything in its group. */
  async close(): Promise<void> {
    if (!this.#gone) {
      this.#kill('SIGTERM');
      await Promise.race([this.exited, once(AbortSignal.timeout(STOP_GRACE_MS), 'abort')]);
    }
    // Even if the leader has ended, others of its group may still run.
    this.#kill('SIGKILL');
    await this.exited;
  }

  #kill(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group has ended.
    }
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LINES_KEPT_MAX) this.#lines.shift();
  }

  #failure(what: string): AppError {
    return new AppError('unavailable', `${this.name} ${what}.\n${this.#lines.join('\n')}`);
  }
}

const PASSED_ON = new Set(
  'PATH HOME LANG LC_ALL TMPDIR TZ SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy'.split(
    ' ',
  ),
);

/** The variables that are passed on to a child process: no key and no address of a database. */
export function plainEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && PASSED_ON.has(name)) known[name] = value;
  }
  return known;
}

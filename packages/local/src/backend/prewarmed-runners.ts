import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { PARENT_PIPE_ENV, RUNNER_ENV, WAIT_FOR_RUN_ENV } from '@aideator/contract/protocol';

/** Replacements start only after the runs that took the last ones have had the CPU for their own start. */
const REFILL_AFTER_MS = 1_500;
/** Replacements start one at a time: six starts at once would slow down the responses that stream meanwhile. */
const REFILL_EVERY_MS = 150;

export interface PrewarmedRunnersOptions {
  runnerPath: string;
  nodePath: string;
  callbackUrl: string;
  /** The most that wait at a time. */
  count: number;
}

/**
 * Runner processes that are started before they are needed and wait for their run, so that the start of Node does not delay the
 * first token. Each serves one run. They exit with this process, because the pipe to their stdin closes.
 */
export class PrewarmedRunners {
  readonly #options: PrewarmedRunnersOptions;
  readonly #waiting = new Set<ChildProcess>();
  #refill: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PrewarmedRunnersOptions) {
    this.#options = options;
    for (let i = 0; i < options.count; i += 1) this.#add();
  }

  /** Returns a live runner, or undefined if none waits. */
  take(): ChildProcess | undefined {
    if (this.#options.count === 0 || this.#closed) return undefined;
    this.#refill ??= this.#later(REFILL_AFTER_MS);
    const [child] = this.#waiting;
    if (child) this.#waiting.delete(child);
    return child;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#refill);
    for (const child of this.#waiting) child.kill('SIGKILL');
    this.#waiting.clear();
  }

  #later(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#refill = undefined;
      if (this.#closed || this.#waiting.size >= this.#options.count) return;
      this.#add();
      this.#refill = this.#later(REFILL_EVERY_MS);
    }, afterMs).unref();
  }

  #add(): void {
    const { runnerPath, nodePath, callbackUrl } = this.#options;
    const env = {
      [PARENT_PIPE_ENV]: '1',
      [WAIT_FOR_RUN_ENV]: '1',
      [RUNNER_ENV.callbackUrl]: callbackUrl,
    };
    const child = spawn(nodePath, [runnerPath], {
      cwd: dirname(runnerPath),
      // Next's types require NODE_ENV, but a runner does not need it.
      env: env as Record<string, string> as NodeJS.ProcessEnv,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const gone = (): void => void this.#waiting.delete(child);
    // If a runner cannot be started, the run that finds none starts its own process and reports the failure.
    child.once('error', gone).once('exit', gone);
    this.#waiting.add(child);
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { PARENT_PIPE_ENV, RUNNER_ENV, WAIT_FOR_RUN_ENV } from '@aideator/contract/protocol';

/** New ones are started when the runs that took the last have had the processor for their own start. */
const REFILL_AFTER_MS = 1_500;
/** One at a time: six processes that start at once would be felt in the answers that stream meanwhile. */
const REFILL_EVERY_MS = 150;

export interface SpareRunnersOptions {
  runnerPath: string;
  nodePath: string;
  callbackUrl: string;
  /** How many wait at most. */
  count: number;
}

/**
 * Runner processes that were started ahead and wait to be told their run: what Node needs to start is not on the way of the
 * first token. Each serves one run, as any other. They end with this process: the pipe to their stdin closes.
 */
export class SpareRunners {
  readonly #options: SpareRunnersOptions;
  readonly #waiting = new Set<ChildProcess>();
  #refill: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SpareRunnersOptions) {
    this.#options = options;
    for (let i = 0; i < options.count; i += 1) this.#add();
  }

  /** One that is alive, or undefined when none waits. */
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
      // Next declares NODE_ENV as always there; a runner needs none.
      env: env as Record<string, string> as NodeJS.ProcessEnv,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const gone = (): void => void this.#waiting.delete(child);
    // One that cannot be started is missing; the run that finds none starts its own and says why that fails.
    child.once('error', gone).once('exit', gone);
    this.#waiting.add(child);
  }
}

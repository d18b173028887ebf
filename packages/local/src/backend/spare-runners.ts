import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { PARENT_PIPE_ENV, WAIT_FOR_RUN_ENV } from '@aideator/contract/protocol';

/** New ones are started when the runs that took the last have had the processor for their own start. */
const REFILL_AFTER_MS = 1_500;

export interface SpareRunnersOptions {
  runnerPath: string;
  nodePath: string;
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
    this.#fill();
  }

  /** One that is alive, or undefined when none waits. */
  take(): ChildProcess | undefined {
    if (this.#options.count === 0 || this.#closed) return undefined;
    this.#refill ??= setTimeout(() => this.#fill(), REFILL_AFTER_MS).unref();
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

  #fill(): void {
    this.#refill = undefined;
    const { runnerPath, nodePath, count } = this.#options;
    while (!this.#closed && this.#waiting.size < count) {
      const child = spawn(nodePath, [runnerPath], {
        cwd: dirname(runnerPath),
        env: { [PARENT_PIPE_ENV]: '1', [WAIT_FOR_RUN_ENV]: '1' } as Record<
          string,
          string
        > as NodeJS.ProcessEnv,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const gone = (): void => void this.#waiting.delete(child);
      // One that cannot be started is missing; the run that finds none starts its own and says why that fails.
      child.once('error', gone).once('exit', gone);
      this.#waiting.add(child);
    }
  }
}

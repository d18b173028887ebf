import process from 'node:process';
import {
  type Backend,
  type BackendEvent,
  type RunRef,
  type RunToStart,
  runKey,
} from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { ChildRun, type ChildRunOptions } from './child-run.ts';
import { PrewarmedRunners } from './prewarmed-runners.ts';

export interface LocalBackendOptions {
  /** The bundled runner. */
  runnerPath: string;
  /** Default: the Node that runs this process. */
  nodePath?: string;
  /** Base URL of the API for runners, such as `http://127.0.0.1:40123`. */
  callbackUrl: string;
  /** Receives messages for operators, at debug level. */
  log?: (message: string, fields: Record<string, unknown>) => void;
  /** Bytes of lines kept per run; a run that prints more is killed. Default 32 MiB. */
  linesBytesMax?: number;
  /** Between SIGTERM and SIGKILL. Default 1,500. */
  killAfterMs?: number;
  /** Added to a run's timeout for its claim and hand-over; the run is killed after that. Default 90,000. */
  graceMs?: number;
  /** How long the lines of a finished run are kept without a call of `forget`. Default 15 minutes. */
  keepMs?: number;
  /** How many prewarmed runners wait for a run, about 45 MB each. Default 0. */
  prewarmedCount?: number;
}

/**
 * Executes each run in a child process. No runner survives this process: it exits when the pipe to its stdin closes. The number
 * of processes is not limited here; the caller of `start` limits the runs per person and turn.
 * A process takes about 60 MB.
 */
export function createLocalBackend(options: LocalBackendOptions): Backend {
  return new LocalBackend(options);
}

class LocalBackend implements Backend {
  readonly name = 'local';
  readonly #options: ChildRunOptions;
  readonly #keepMs: number;
  readonly #runs = new Map<string, ChildRun>();
  readonly #prewarmed: PrewarmedRunners;
  #closed = false;

  constructor(options: LocalBackendOptions) {
    const { keepMs = 15 * 60_000, prewarmedCount = 0, ...rest } = options;
    this.#keepMs = keepMs;
    this.#options = {
      ...rest,
      nodePath: rest.nodePath ?? process.execPath,
      linesBytesMax: rest.linesBytesMax ?? 32 * 1024 * 1024,
      killAfterMs: rest.killAfterMs ?? 1_500,
      graceMs: rest.graceMs ?? 90_000,
      log: rest.log ?? (() => {}),
    };
    const { runnerPath, nodePath, callbackUrl } = this.#options;
    this.#prewarmed = new PrewarmedRunners({ runnerPath, nodePath, callbackUrl, count: prewarmedCount });
  }

  async start(run: RunToStart): Promise<void> {
    if (this.#closed) throw new AppError('run_start_failed', 'the backend is closed');
    const key = runKey(run);
    const known = this.#runs.get(key);
    if (known) return known.started();
    const child = new ChildRun(run, this.#options, this.#prewarmed.take());
    this.#runs.set(key, child);
    try {
      await child.started();
    } catch (error) {
      this.#remove(key, child);
      throw error;
    }
    void child.over.then(() => setTimeout(() => this.#remove(key, child), this.#keepMs).unref());
  }

  async *follow(run: RunRef, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    const child = this.#runs.get(runKey(run));
    if (child) yield* child.log.follow(signal);
    // An earlier process started the run, and its runners ended with it.
    else if (!signal.aborted) yield { type: 'exit', exitCode: null, error: { code: 'interrupted' } };
  }

  async cancel(run: RunRef): Promise<void> {
    await this.#runs.get(runKey(run))?.cancel();
  }

  /** Frees the lines of a live run when it ends. */
  async forget(run: RunRef): Promise<void> {
    const key = runKey(run);
    const child = this.#runs.get(key);
    if (!child) return;
    if (child.alive) void child.over.then(() => this.#remove(key, child));
    else this.#remove(key, child);
  }

  async list(): Promise<RunRef[]> {
    return [...this.#runs.values()]
      .filter((child) => child.alive)
      .map(({ run }) => ({ runId: run.runId, attempt: run.attempt }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#prewarmed.close();
    await Promise.all([...this.#runs.values()].map((child) => child.cancel()));
    this.#runs.clear();
  }

  #remove(key: string, child: ChildRun): void {
    if (this.#runs.get(key) === child) this.#runs.delete(key);
  }
}

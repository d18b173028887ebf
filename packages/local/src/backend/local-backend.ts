import process from 'node:process';
import type { Backend, BackendEvent, RunRef, RunToStart } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { ChildRun, type ChildRunOptions } from './child-run.ts';
import { SpareRunners } from './spare-runners.ts';

export interface LocalBackendOptions {
  /** The bundled runner. */
  runnerPath: string;
  /** Default: the Node that runs this process. */
  nodePath?: string;
  /** Base of the runner's router, such as `http://127.0.0.1:40123`. */
  callbackUrl: string;
  /** For what a person who operates this may want to know; called at debug level only. */
  log?: (message: string, fields: Record<string, unknown>) => void;
  /** Bytes of lines kept per run; a run that prints more is killed. Default 32 MiB. */
  linesBytesMax?: number;
  /** Between SIGTERM and SIGKILL. Default 1,500. */
  killAfterMs?: number;
  /** On top of a run's timeout before it is killed: for its claim and hand-over. Default 90,000. */
  graceMs?: number;
  /** How long the lines of a run that is over are kept when nobody calls `forget`. Default 15 minutes. */
  keepMs?: number;
  /** Runner processes that are started ahead and wait for a run, about 45 MB each. Default 0. */
  spareCount?: number;
}

const keyOf = ({ runId, attempt }: RunRef): string => `${runId}#${attempt}`;

/**
 * Executes each run in a child process of this one. Nothing survives this process: a runner ends itself when the pipe to
 * its stdin closes. The number of processes is not limited here; whoever calls `start` limits runs per person and turn.
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
  readonly #spares: SpareRunners;
  #closed = false;

  constructor(options: LocalBackendOptions) {
    const { keepMs = 15 * 60_000, spareCount = 0, ...rest } = options;
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
    this.#spares = new SpareRunners({ runnerPath, nodePath, callbackUrl, count: spareCount });
  }

  async start(run: RunToStart): Promise<void> {
    if (this.#closed) throw new AppError('run_start_failed', 'the backend is closed');
    const key = keyOf(run);
    const known = this.#runs.get(key);
    if (known) return known.started();
    const child = new ChildRun(run, this.#options, this.#spares.take());
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
    const child = this.#runs.get(keyOf(run));
    if (child) yield* child.log.follow(signal);
    // An earlier process started it, and its runners ended with it.
    else if (!signal.aborted) yield { type: 'exit', exitCode: null, error: { code: 'interrupted' } };
  }

  async stop(run: RunRef): Promise<void> {
    await this.#runs.get(keyOf(run))?.stop();
  }

  /** Of a run that is still alive the lines are freed when it is over. */
  async forget(run: RunRef): Promise<void> {
    const key = keyOf(run);
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
    this.#spares.close();
    await Promise.all([...this.#runs.values()].map((child) => child.stop()));
    this.#runs.clear();
  }

  #remove(key: string, child: ChildRun): void {
    if (this.#runs.get(key) === child) this.#runs.delete(key);
  }
}

import type { ErrorInfo } from './errors.ts';

/** Names one attempt, everywhere. */
export interface RunRef {
  runId: string;
  attempt: number;
}

export interface RunToStart extends RunRef {
  turnId: string;
  responseId: string;
  /** For labels only; the runner learns it from its claim. */
  model: string;
  /** One-use token for the claim. */
  token: string;
  timeoutSeconds: number;
}

/** What a backend sees of a run, in order. `exit` is the last one and comes exactly once per follow that is not aborted. */
export type BackendEvent =
  | { type: 'line'; line: string }
  | { type: 'exit'; exitCode: number | null; error?: ErrorInfo };

/** What executes runs: Kubernetes Jobs or child processes. */
export interface Backend {
  readonly name: 'kubernetes' | 'local';
  /** Starts a run and returns when it was accepted. Throws AppError `run_start_failed` with the reason. Starting the same attempt twice starts it once. */
  start(run: RunToStart): Promise<void>;
  /** All lines from the first on, then the live ones, then `exit`. May be called again to read everything once more. */
  follow(run: RunRef, signal: AbortSignal): AsyncIterable<BackendEvent>;
  /** Asks the run to stop and returns when it is gone; at most about 2 s. A run that is unknown or over is no error. */
  stop(run: RunRef): Promise<void>;
  /** Frees what is kept of a run that is over (its lines, its Job). */
  forget(run: RunRef): Promise<void>;
  /**
   * Frees what was left behind where something can outlive its process: `findOver` gets all runs of which there is something
   * and answers those that are over or unknown. Returns what was freed.
   */
  sweep?(findOver: (runs: readonly RunRef[]) => Promise<readonly RunRef[]>): Promise<RunRef[]>;
  /** Runs that are alive now, for adoption and sweeping. */
  list(): Promise<RunRef[]>;
  /**
   * Frees what this process holds. Child processes are stopped, since they cannot outlive it; Jobs go on, and another process
   * may follow them. A `follow` under way ends, of a Job without `exit`.
   */
  close(): Promise<void>;
}

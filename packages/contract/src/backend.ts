import type { ErrorInfo } from './errors.ts';
import type { ResponseId, RunId, TurnId } from './ids.ts';

/** Identifies one attempt. */
export interface RunRef {
  runId: RunId;
  attempt: number;
}

/** A map key for an attempt. */
export function runKey({ runId, attempt }: RunRef): string {
  return `${runId}#${attempt}`;
}

export interface RunToStart extends RunRef {
  turnId: TurnId;
  responseId: ResponseId;
  /** For labels only; the runner learns it from its claim. */
  model: string;
  /** One-use token for the claim. */
  token: string;
  timeoutSeconds: number;
}

/** The events of a run, in order. `exit` comes last, exactly once per `follow` that is not aborted. */
export type BackendEvent =
  | { type: 'line'; line: string }
  | { type: 'exit'; exitCode: number | null; error?: ErrorInfo };

/** Executes runs, as Kubernetes Jobs or child processes. */
export interface Backend {
  readonly name: 'kubernetes' | 'local';
  /**
   * Starts a run and returns when it is accepted. Throws AppError `run_start_failed` with the reason. A second start of the
   * same attempt does nothing.
   */
  start(run: RunToStart): Promise<void>;
  /** All lines from the first on, then live ones, then `exit`. A further call starts again from the first line. */
  follow(run: RunRef, signal: AbortSignal): AsyncIterable<BackendEvent>;
  /** Asks the run to end and returns when it is gone, after about 2 s at most. Ignores runs that are unknown or over. */
  cancel(run: RunRef): Promise<void>;
  /** Frees the leftovers of a finished run: its lines, its Job. */
  forget(run: RunRef): Promise<void>;
  /**
   * Frees leftovers, for a backend whose runs can outlive this process. `findOver` gets all runs with leftovers and returns
   * those that are over or unknown. Returns the freed runs.
   */
  sweep?(findOver: (runs: readonly RunRef[]) => Promise<readonly RunRef[]>): Promise<RunRef[]>;
  /** Runs that are alive, for adoption and sweeping. */
  list(): Promise<RunRef[]>;
  /**
   * Frees the resources of this process. Child processes are stopped, since they cannot outlive it. Jobs continue, and
   * another process may follow them, so a `follow` of a Job ends without `exit`.
   */
  close(): Promise<void>;
}

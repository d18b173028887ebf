/** An answer of the API server that is none of success. `message` is its own text: for logs, never for people. */
export class ApiError extends Error {
  readonly status: number;
  /** A word such as `AlreadyExists`; empty when there was none. */
  readonly reason: string;
  readonly retryAfterMs: number | undefined;

  constructor(
    status: number,
    answer: { reason: string; message: string; retryAfterMs?: number | undefined },
  ) {
    super(`Kubernetes answered ${status} ${answer.reason}: ${answer.message}`);
    this.name = 'ApiError';
    this.status = status;
    this.reason = answer.reason;
    this.retryAfterMs = answer.retryAfterMs;
  }
}

/** What may go away by itself: a connection that failed, an API server that is busy or restarting. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return error instanceof Error && 'code' in error;
  return error.status === 408 || error.status === 429 || error.status >= 500;
}

export function isStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

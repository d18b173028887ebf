/**
 * A response of the API server with an error status. The message quotes the server, which may repeat parts of the request,
 * so it must not reach a log or a person.
 */
export class ApiError extends Error {
  readonly status: number;
  /** A word such as `AlreadyExists`; empty when the server gave none. */
  readonly reason: string;
  readonly retryAfterMs: number | undefined;
  /** The status in the form that logs keep of an error, such as `HTTP_403`. */
  readonly code: string;

  constructor(
    status: number,
    details: { reason: string; message: string; retryAfterMs?: number | undefined },
  ) {
    super(`Kubernetes returned ${status} ${details.reason}: ${details.message}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = `HTTP_${status}`;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** True for errors that may pass: a failed connection, an API server that is busy or restarting. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return error instanceof Error && 'code' in error;
  return error.status === 408 || error.status === 429 || error.status >= 500;
}

export function isStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

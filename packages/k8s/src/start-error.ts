import { AppError } from '@aideator/contract/errors';
import { ApiError } from './api-error.ts';

/** Why a Job could not be made, as AppError `run_start_failed`. Its detail is ours; the API server's words are for the log. */
export function startError(cause: unknown): AppError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new AppError('run_start_failed', message, { detail: detailOf(cause), cause });
}

function detailOf(cause: unknown): string {
  if (!(cause instanceof ApiError)) return 'Kubernetes could not be reached.';
  const { status, reason, message } = cause;
  const name = reason === '' ? String(status) : `${status} ${reason}`;
  if (status === 403 && message.includes('exceeded quota')) {
    return `A quota of the namespace for runs is used up (${name}).`;
  }
  if (status === 401 || status === 403)
    return `The server may not make Jobs in the namespace for runs (${name}).`;
  if (status === 404) return `The namespace for runs does not exist (${name}).`;
  if (status === 429 || status >= 500) return `Kubernetes was too busy or not ready (${name}).`;
  return `Kubernetes refused the Job (${name}).`;
}

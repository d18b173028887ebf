import { AppError } from '@aideator/contract/errors';
import { ApiError } from './api-error.ts';

/**
 * Converts the error of a failed start to AppError `run_start_failed`. The message does not quote the API server, because
 * the message of an AppError is logged and the API server may repeat parts of the Job.
 */
export function startError(cause: unknown): AppError {
  return new AppError('run_start_failed', 'a Job could not be created', { detail: detailOf(cause), cause });
}

function detailOf(cause: unknown): string {
  if (!(cause instanceof ApiError)) return 'Kubernetes could not be reached.';
  const { status, reason, message } = cause;
  const name = reason === '' ? String(status) : `${status} ${reason}`;
  if (status === 403 && message.includes('exceeded quota')) {
    return `A quota of the namespace for runs is used up (${name}).`;
  }
  if (status === 401 || status === 403)
    return `The server may not create Jobs in the namespace for runs (${name}).`;
  if (status === 404) return `The namespace for runs does not exist (${name}).`;
  if (status === 429 || status >= 500) return `Kubernetes was too busy or not ready (${name}).`;
  return `Kubernetes refused the Job (${name}).`;
}

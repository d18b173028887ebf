import type { UserId } from '@aideator/contract/ids';
import type { TRPCError } from '@trpc/server';
import type { Logger } from './logger.ts';

interface FailedCall {
  error: TRPCError;
  path: string | undefined;
  caller: 'person' | 'runner';
  /** The signed-in person who called, if any. */
  personId?: UserId | undefined;
}

/** Refusals that may be signs of an attack: of access, or of input that the pages never send. */
const REFUSALS: ReadonlySet<TRPCError['code']> = new Set([
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_REQUEST',
]);

/** Logs a call that failed on the server's side with its error, and a refused call without what was sent. For `onError`. */
export function logFailedCall(log: Logger, { error, path, caller, personId }: FailedCall): void {
  const call = { path, caller, ...(personId === undefined ? {} : { personId }) };
  if (error.code === 'INTERNAL_SERVER_ERROR')
    log.error({ err: error.cause ?? error, ...call }, 'a call failed');
  else if (REFUSALS.has(error.code)) log.info({ code: error.code, ...call }, 'a call was refused');
}

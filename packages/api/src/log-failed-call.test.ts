import { AppError } from '@aideator/contract/errors';
import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { toTrpcError } from './errors.ts';
import { logFailedCall } from './log-failed-call.ts';
import { memoryLog } from './testing/memory-log.ts';

function logged(error: TRPCError): string {
  const { log, text } = memoryLog();
  logFailedCall(log, { error, path: 'session.get', caller: 'person', personId: 'usr_ann' });
  return text();
}

test.each(['unauthorized', 'forbidden', 'not_found', 'invalid_input'] as const)(
  'a call that is refused with %s is logged with its path and its person',
  (code) => {
    const text = logged(toTrpcError(new AppError(code, 'canary')));
    expect(text).toContain('a call was refused');
    expect(text).toContain('session.get');
    expect(text).toContain('usr_ann');
    expect(text).not.toContain('canary');
  },
);

test('malformed input is logged without the input', () => {
  const cause = new Error('canary is not an id');
  const text = logged(new TRPCError({ code: 'BAD_REQUEST', message: 'canary', cause }));
  expect(text).toContain('BAD_REQUEST');
  expect(text).not.toContain('canary');
});

test('an ordinary conflict is not logged', () => {
  expect(logged(toTrpcError(new AppError('turn_active')))).toBe('');
});

test('a failure of the server is logged as an error', () => {
  const text = logged(new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: new Error('canary') }));
  expect(text).toContain('a call failed');
});

import { ERROR_CODES, type ErrorCode, peopleText } from '@aideator/contract/errors';

/** What a page says about a failed call. */
export interface ErrorText {
  code: ErrorCode | 'offline';
  /** What happened and what to do next. */
  text: string;
  /** The message of the provider or the gateway, if it adds anything. */
  detail: string | undefined;
}

const OFFLINE_TEXT =
  'The server cannot be reached. Check your connection, then try again; nothing you typed is lost.';

function isErrorCode(value: unknown): value is ErrorCode {
  return (ERROR_CODES as readonly unknown[]).includes(value);
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** Reads the code that the API's error formatter put into `error.data`. An unknown error becomes `internal`; its message is never shown. */
export function errorText(error: unknown): ErrorText {
  const data = field(error, 'data');
  const appCode = field(data, 'appCode');
  const detail = field(data, 'detail');
  if (isErrorCode(appCode)) {
    return {
      code: appCode,
      text: peopleText(appCode),
      detail: typeof detail === 'string' && detail !== '' ? detail : undefined,
    };
  }
  // The API did not reply: no network, a server that restarts, or the error page of a proxy.
  if (data === undefined || data === null) return { code: 'offline', text: OFFLINE_TEXT, detail: undefined };
  return { code: 'internal', text: peopleText('internal'), detail: undefined };
}

/** True when the person has to sign in (again). */
export function isUnauthorized(error: unknown): boolean {
  return errorText(error).code === 'unauthorized';
}

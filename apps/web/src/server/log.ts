import 'server-only';
import pino from 'pino';
import { env } from '~/env';

/** Facts under these names never reach a log, wherever they come from. */
const SECRET_PATHS = [
  'apiKey',
  'api_key',
  'providerKey',
  'password',
  'token',
  'nonce',
  'authorization',
  'cookie',
];

/** What is said of an error. Its other members are left out: pg hangs the whole connection on some. */
function errorFacts(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? { code: String(error.code) } : {};
  return { name, message, stack, ...code, ...(cause === undefined ? {} : { cause: errorFacts(cause) }) };
}

export function createLog(): pino.Logger {
  return pino({
    level: env.LOG_LEVEL,
    base: null,
    serializers: { err: errorFacts },
    redact: {
      paths: SECRET_PATHS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  });
}

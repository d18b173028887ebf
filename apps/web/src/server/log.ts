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

export function createLog(): pino.Logger {
  return pino({
    level: env.LOG_LEVEL,
    base: null,
    redact: {
      paths: SECRET_PATHS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  });
}

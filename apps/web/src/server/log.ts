import 'server-only';
import type { Logger } from '@aideator/api/logger';
import { logFacts } from '@aideator/contract/error-facts';
import pino, { type DestinationStream } from 'pino';
import { env } from '~/env';

export interface AppLog extends Logger {
  /** For errors that end the process. */
  fatal(facts: object, message: string): void;
}

/** Writes one JSON line per event. Reduces errors to what `errorFacts` allows and removes fields named like secrets. */
export function createLog(destination?: DestinationStream): AppLog {
  return pino(
    {
      level: env.LOG_LEVEL,
      base: null,
      // pino's own serializer would write the message and all properties of an error.
      serializers: { err: (facts: unknown) => facts },
      formatters: { log: logFacts },
    },
    destination,
  );
}

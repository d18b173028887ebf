/** Values that a runner needs. Without zod, so that the runner's bundle stays small and starts fast. */

/** Version of the messages between runner and server. Another version is refused. */
export const PROTOCOL_VERSION = 1;

/** Environment variables that a backend sets for a runner. */
export const RUNNER_ENV = {
  runId: 'AIDEATOR_RUN_ID',
  attempt: 'AIDEATOR_RUN_ATTEMPT',
  token: 'AIDEATOR_RUN_TOKEN',
  callbackUrl: 'AIDEATOR_CALLBACK_URL',
} as const;

/** Set to `1` by a backend that keeps the runner's stdin open. The end of stdin then means that the parent is gone. */
export const PARENT_PIPE_ENV = 'AIDEATOR_PARENT_PIPE';

/**
 * Set to `1` for a prewarmed runner. It waits for one line on stdin: a JSON object with the values of `RUNNER_ENV` under
 * their names.
 */
export const WAIT_FOR_RUN_ENV = 'AIDEATOR_WAIT_FOR_RUN';

/** Prefix of models that are called with the person's own key. Calls of other models never contain one. */
export const OWN_KEY_PREFIX = 'own-key/';

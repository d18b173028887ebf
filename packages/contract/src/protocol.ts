/** What a runner needs as values. Free of zod, so that the runner's bundle stays small and starts fast. */

/** Version of everything that a runner and a server say to each other. A different one is refused. */
export const PROTOCOL_VERSION = 1;

/** What a backend gives a runner at its start, as environment variables. */
export const RUNNER_ENV = {
  runId: 'AIDEATOR_RUN_ID',
  attempt: 'AIDEATOR_RUN_ATTEMPT',
  token: 'AIDEATOR_RUN_TOKEN',
  callbackUrl: 'AIDEATOR_CALLBACK_URL',
} as const;

/** Set to `1` by a backend that holds the runner's stdin open: its end means that the parent is gone. */
export const PARENT_PIPE_ENV = 'AIDEATOR_PARENT_PIPE';

/**
 * Set to `1` for a runner that is started before there is a run: it waits for one line on stdin, a JSON object with the
 * values of `RUNNER_ENV` under their names.
 */
export const WAIT_FOR_RUN_ENV = 'AIDEATOR_WAIT_FOR_RUN';

/** Model ids under this prefix are called with the person's own key, all others never carry one. */
export const OWN_KEY_PREFIX = 'own-key/';

import { AppError } from '@aideator/contract/errors';
import { isId, type RunId } from '@aideator/contract/ids';
import { PARENT_PIPE_ENV, RUNNER_ENV, WAIT_FOR_RUN_ENV } from '@aideator/contract/protocol';

export interface RunnerEnv {
  runId: RunId;
  attempt: number;
  token: string;
  /** Without a trailing slash. */
  callbackUrl: string;
  /** True if the parent keeps stdin open. The end of stdin then means that the parent is gone. */
  parentPipe: boolean;
}

/** Reads the values from the backend. Throws AppError `run_protocol` with the name of the variable, not its value. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): RunnerEnv {
  const read = (name: string): string => {
    const value = source[name];
    if (!value) throw new AppError('run_protocol', `${name} is not set`, { detail: `${name} is not set` });
    return value;
  };
  const attempt = Number(read(RUNNER_ENV.attempt));
  if (!Number.isSafeInteger(attempt) || attempt < 1) {
    throw new AppError('run_protocol', `${RUNNER_ENV.attempt} is not a positive integer`);
  }
  const callbackUrl = read(RUNNER_ENV.callbackUrl).replace(/\/+$/, '');
  if (!URL.canParse(callbackUrl))
    throw new AppError('run_protocol', `${RUNNER_ENV.callbackUrl} is not a URL`);
  const runId = read(RUNNER_ENV.runId);
  if (!isId('run', runId)) throw new AppError('run_protocol', `${RUNNER_ENV.runId} is not a run id`);
  return {
    runId,
    attempt,
    token: read(RUNNER_ENV.token),
    callbackUrl,
    parentPipe: source[PARENT_PIPE_ENV] === '1',
  };
}

/**
 * Reads the environment. A prewarmed runner first waits for its run and adds those values. Undefined if stdin ended before
 * a run arrived, so that this process is not needed.
 */
export async function openEnv(waiting: {
  readRun: () => Promise<Readonly<Record<string, string>> | undefined>;
  /** Called once the process waits, with the callback's address if it is already known. */
  prepare: (callbackUrl: string | undefined) => unknown;
}): Promise<RunnerEnv | undefined> {
  if (process.env[WAIT_FOR_RUN_ENV] !== '1') return readEnv();
  const reading = waiting.readRun();
  waiting.prepare(process.env[RUNNER_ENV.callbackUrl]);
  const values = await reading;
  return values && readEnv({ ...process.env, ...values });
}

import { AppError } from '@aideator/contract/errors';
import { PARENT_PIPE_ENV, RUNNER_ENV, WAIT_FOR_RUN_ENV } from '@aideator/contract/protocol';

export interface RunnerEnv {
  runId: string;
  attempt: number;
  token: string;
  /** Without a slash at its end. */
  callbackUrl: string;
  /** True when the end of stdin means that the parent is gone. */
  parentPipe: boolean;
}

/** What the backend gave this process. Throws AppError `run_protocol` that names the variable, never its value. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): RunnerEnv {
  const read = (name: string): string => {
    const value = source[name];
    if (!value) throw new AppError('run_protocol', `${name} is not set`, { detail: `${name} is not set` });
    return value;
  };
  const attempt = Number(read(RUNNER_ENV.attempt));
  if (!Number.isSafeInteger(attempt) || attempt < 1) {
    throw new AppError('run_protocol', `${RUNNER_ENV.attempt} is no positive integer`);
  }
  const callbackUrl = read(RUNNER_ENV.callbackUrl).replace(/\/+$/, '');
  if (!URL.canParse(callbackUrl)) throw new AppError('run_protocol', `${RUNNER_ENV.callbackUrl} is no URL`);
  return {
    runId: read(RUNNER_ENV.runId),
    attempt,
    token: read(RUNNER_ENV.token),
    callbackUrl,
    parentPipe: source[PARENT_PIPE_ENV] === '1',
  };
}

/**
 * The environment's values; for a process that was started ahead of its run, with what it is told. Undefined when it was
 * told nothing: nobody needs it any more.
 */
export async function openEnv(waiting: {
  readRun: () => Promise<Readonly<Record<string, string>> | undefined>;
  /** Begun once the process waits; gets the callback's address where that is known already. */
  prepare: (callbackUrl: string | undefined) => unknown;
}): Promise<RunnerEnv | undefined> {
  if (process.env[WAIT_FOR_RUN_ENV] !== '1') return readEnv();
  const reading = waiting.readRun();
  waiting.prepare(process.env[RUNNER_ENV.callbackUrl]);
  const told = await reading;
  return told && readEnv({ ...process.env, ...told });
}

import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { AppError } from '@aideator/contract/errors';
import { Emitter } from './emit.ts';
import { openEnv, type RunnerEnv } from './env.ts';
import { post } from './http.ts';
import { EXIT_CODES } from './outcome.ts';
import { readRun } from './read-run.ts';
import { RUN_TIMES, run } from './run.ts';
import { warmUp } from './warm-up.ts';

/** Keeps stderr empty: to backends it is noise, and the texts of unknown errors may hold secrets. */
function keepQuiet(crashed: () => void): void {
  process.removeAllListeners('warning');
  process.on('uncaughtException', crashed);
  process.on('unhandledRejection', crashed);
}

function stopSignal(env: RunnerEnv): AbortSignal {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.on('SIGTERM', abort);
  process.on('SIGINT', abort);
  if (env.parentPipe) {
    if (process.stdin.readableEnded || process.stdin.destroyed) abort();
    process.stdin.on('end', abort).on('close', abort).on('error', abort).resume();
  }
  return stop.signal;
}

async function envOrError(): Promise<RunnerEnv | AppError | undefined> {
  try {
    return await openEnv({
      readRun: () => readRun(process.stdin),
      prepare: (callbackUrl) => warmUp(post, callbackUrl),
    });
  } catch (error) {
    return error instanceof AppError ? error : new AppError('run_protocol');
  }
}

async function main(): Promise<void> {
  const env = await envOrError();
  if (env === undefined) process.exit(EXIT_CODES.cancelled);
  const names = env instanceof AppError ? { runId: 'run_unknown' as const, attempt: 1 } : env;
  const emitter = new Emitter({ out: process.stdout, runId: names.runId, attempt: names.attempt });
  const exit = async (code: number): Promise<void> => {
    try {
      await emitter.close();
    } finally {
      process.exit(code);
    }
  };
  keepQuiet(() => {
    try {
      emitter.fail({ code: 'runner_crashed' });
    } finally {
      void exit(EXIT_CODES.failed);
    }
  });
  if (env instanceof AppError) {
    emitter.fail(env.toInfo());
    return exit(EXIT_CODES.refused);
  }
  const { runId, attempt, token, callbackUrl } = env;
  const nonce = randomBytes(32).toString('hex');
  const code = await run({
    who: { runId, attempt, token, nonce },
    emitter,
    post,
    callbackUrl,
    random: Math.random,
    stop: stopSignal(env),
    times: RUN_TIMES,
  });
  await exit(code);
}

void main();

import type { Env, Settings } from './env.ts';
import type { LogFile } from './log-file.ts';
import type { Parts } from './parts.ts';
import type { Progress } from './progress.ts';
import type { Secrets } from './secrets.ts';

/** The settings and helpers that every part is started with. */
export interface Context {
  mode: 'start' | 'dev';
  env: Env;
  settings: Settings;
  secrets: Secrets;
  progress: Progress;
  parts: Parts;
  /** Aborts when all parts must stop. */
  signal: AbortSignal;
  /** Reports that a part ended unexpectedly. All parts are stopped then. */
  onDeath: (sentence: string) => void;
  logFile: (name: string) => LogFile;
}

/** Runs one step of the start and shows its progress. */
export async function inStep<T>(
  context: Pick<Context, 'progress' | 'signal'>,
  name: string,
  work: (update: (text: string) => void) => Promise<{ value: T; text: string }>,
): Promise<T> {
  const step = context.progress.step(name);
  try {
    const { value, text } = await work(step.update);
    step.done(text);
    return value;
  } catch (error) {
    if (context.signal.aborted) step.stopped();
    else step.fail();
    throw error;
  }
}

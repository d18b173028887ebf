import type { Env, Settings } from './env.ts';
import type { LogFile } from './log-file.ts';
import type { Parts } from './parts.ts';
import type { Progress } from './progress.ts';
import type { Secrets } from './secrets.ts';

/** What every part is started with. */
export interface Context {
  mode: 'start' | 'dev';
  env: Env;
  settings: Settings;
  secrets: Secrets;
  progress: Progress;
  parts: Parts;
  /** Aborts when all is to end. */
  signal: AbortSignal;
  /** Says that a part ended by itself; everything is stopped then. */
  onDeath: (sentence: string) => void;
  logFile: (name: string) => LogFile;
}

/** Does one step of the start and shows how it goes. */
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ROOT } from '../start/env.ts';

export interface ProgramOptions {
  /** Its name in `node_modules/.bin`, and its arguments. */
  command: readonly [string, ...string[]];
  env?: Readonly<Record<string, string>>;
  /** After this time it is killed with everything it started. */
  timeoutSeconds: number;
  /** Called with every line. Without it the output goes to ours. */
  onLine?: (line: string) => void;
}

const KILL_GRACE_MS = 5_000;

/** Runs a program to its end. Returns its exit code: 124 when it took too long, 127 when it could not start. */
export async function runProgram(options: ProgramOptions): Promise<number> {
  const [command, ...args] = options.command;
  const { onLine } = options;
  const output = onLine ? 'pipe' : 'inherit';
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...options.env, TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', output, output],
    // Its own group, so that nothing it started is left.
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => onLine?.(line));
  }
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group has ended.
    }
  };
  const stop = (): void => kill('SIGTERM');
  const stopping = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const;
  for (const event of stopping) process.on(event, stop);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    onLine?.(`Stopped after ${options.timeoutSeconds} s.`);
    stop();
    setTimeout(() => kill('SIGKILL'), KILL_GRACE_MS).unref();
  }, options.timeoutSeconds * 1000);
  const code = await once(child, onLine ? 'close' : 'exit').then(
    ([status]) => (isLate ? 124 : (status ?? 1)) as number,
    () => 127,
  );
  clearTimeout(timer);
  kill('SIGKILL');
  for (const event of stopping) process.off(event, stop);
  return code;
}

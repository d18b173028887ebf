import { execFile } from 'node:child_process';

const LIMIT_MS = 300_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** Returns the output of a command. Rejects with its output if it fails. Asynchronous, because this process also serves the gateway. */
export function run(command: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'utf8', timeout: LIMIT_MS, maxBuffer: OUTPUT_BYTES_MAX } as const;
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}:\n${stdout}\n${stderr}`, { cause: error }));
      else resolve(stdout);
    });
    child.stdin?.end(input ?? '');
  });
}

export const kubectl = (...args: string[]) => run('kubectl', args);

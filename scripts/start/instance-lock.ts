import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLEARING_MS_MAX, tryLock } from '@aideator/gateway/lock-file';
import { z } from 'zod';

const holderSchema = z.object({ pid: z.number().int().positive(), url: z.string() });
type Holder = z.infer<typeof holderSchema>;

const POLL_MS = 50;
/** Longer than clearing a lock may take. */
const TAKE_MS_MAX = CLEARING_MS_MAX + 5_000;

/**
 * Makes this process the only one that runs on `home`. Returns a function that releases the lock. Throws an Error with one
 * sentence when another one runs. Takes over the lock of a killed process.
 */
export async function lockInstance(home: string, url: string): Promise<() => Promise<void>> {
  const file = join(home, 'running.json');
  const mine = `${file}.${process.pid}`;
  await writeFile(mine, JSON.stringify({ pid: process.pid, url } satisfies Holder), { mode: 0o600 });
  try {
    const late = AbortSignal.timeout(TAKE_MS_MAX);
    while (!(await tryLock({ file, mine, isAlive: (text) => holderOf(text) !== undefined }))) {
      const holder = holderOf(await readFile(file, 'utf8').catch(() => ''));
      if (holder) {
        throw new Error(
          `AIdeator already runs with the data in ${home}: ${holder.url} (process ${holder.pid}). ` +
            'Stop it there with Ctrl-C, or set AIDEATOR_HOME to start a second one.',
        );
      }
      if (late.aborted) throw new Error(`${file} cannot be written.`);
      await sleep(POLL_MS);
    }
    return () => rm(file, { force: true });
  } finally {
    await rm(mine, { force: true });
  }
}

/** Returns undefined when the holder does not run any more, or when the text names none. */
function holderOf(text: string): Holder | undefined {
  try {
    const holder = holderSchema.parse(JSON.parse(text));
    return isStart(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Process ids are reused, so only a process with our command line counts. */
function isStart(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    const commandLine =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return commandLine.includes('main.ts');
  } catch {
    return false;
  }
}

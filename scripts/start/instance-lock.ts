import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const holderSchema = z.object({ pid: z.number().int().positive(), url: z.string() });
type Holder = z.infer<typeof holderSchema>;

const TRIES_MAX = 5;

/**
 * Makes this process the only one that runs on `home`; returns how to let go. Throws an Error with one sentence when
 * another one runs. What a killed process left behind is taken over.
 */
export async function lockInstance(home: string, url: string): Promise<() => Promise<void>> {
  const file = join(home, 'running.json');
  const mine = `${file}.${process.pid}`;
  // Linked, not written, so that the file always names its holder.
  await writeFile(mine, JSON.stringify({ pid: process.pid, url } satisfies Holder), { mode: 0o600 });
  try {
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const isMine = await link(mine, file).then(
        () => true,
        () => false,
      );
      if (isMine) return () => rm(file, { force: true });
      const holder = await readHolder(file);
      if (holder && isStart(holder.pid)) {
        throw new Error(
          `AIdeator runs already with the data in ${home}: ${holder.url} (process ${holder.pid}). ` +
            'Stop it with Ctrl-C there, or set AIDEATOR_HOME for a second one.',
        );
      }
      await rm(file, { force: true });
    }
    throw new Error(`${file} cannot be written.`);
  } finally {
    await rm(mine, { force: true });
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Numbers are given again: only a process with our command line counts. */
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

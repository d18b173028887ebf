import { randomUUID } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 250;
/** Clearing a lock takes no time; who is at it for longer is gone. */
const CLEARING_MS_MAX = 10_000;

/** Runs `work` while nobody else, in this process or another, holds the lock file. A lock whose holder is gone is taken over. */
export async function withInstallLock<T>(
  file: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  // Linked, not written, so that a lock always names its holder.
  const mine = `${file}.${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    while (!(await linkNew(mine, file))) {
      if (await holderLives(file)) await sleep(POLL_MS, undefined, { signal });
      else await clearDead(file, mine);
    }
  } finally {
    await rm(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** False when the name is taken. */
async function linkNew(existing: string, name: string): Promise<boolean> {
  try {
    await link(existing, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** One at a time: of two that saw the same dead holder the second would remove the lock that the first one took since. */
async function clearDead(file: string, mine: string): Promise<void> {
  const guard = `${file}.clearing`;
  if (!(await linkNew(mine, guard))) {
    const found = await stat(guard).catch(() => undefined);
    if (found && Date.now() - found.ctimeMs > CLEARING_MS_MAX) await rm(guard, { force: true });
    return;
  }
  try {
    if (!(await holderLives(file))) await rm(file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function holderLives(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  // Gone meanwhile: look again.
  if (text === undefined) return true;
  try {
    process.kill(Number(text), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { link, readFile, rm, stat } from 'node:fs/promises';

/** Clearing a lock takes milliseconds. A process that takes longer is gone. */
export const CLEARING_MS_MAX = 10_000;

export interface LockFile {
  /** Exists while the lock is held. */
  file: string;
  /** The caller's own file beside it, which names the caller. The lock is a link to it, so it always names its holder. */
  mine: string;
  /** Whether the process that wrote this text still runs. */
  isAlive(text: string): boolean | Promise<boolean>;
}

/**
 * Takes the lock if it is free, and clears it if its holder is gone. Returns false when the caller has to try again: the
 * lock is held, or was just cleared by this process or another. Throws the file system's errors.
 */
export async function tryLock(lock: LockFile): Promise<boolean> {
  if (await linkNew(lock.mine, lock.file)) return true;
  if (!(await isHeld(lock))) await clearDead(lock);
  return false;
}

/** Returns false when the name is taken. */
async function linkNew(existing: string, name: string): Promise<boolean> {
  try {
    await link(existing, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Only one process clears at a time. Otherwise, if two saw the same dead holder, the second could remove the lock that
 * the first has taken since.
 */
async function clearDead(lock: LockFile): Promise<void> {
  const guard = `${lock.file}.clearing`;
  if (!(await linkNew(lock.mine, guard))) {
    const found = await stat(guard).catch(() => undefined);
    if (found && Date.now() - found.ctimeMs > CLEARING_MS_MAX) await rm(guard, { force: true });
    return;
  }
  try {
    if (!(await isHeld(lock))) await rm(lock.file, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function isHeld({ file, isAlive }: LockFile): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  // The file is gone by now: try again.
  return text === undefined || isAlive(text);
}

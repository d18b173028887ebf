import { link, readFile, rm, stat } from 'node:fs/promises';

/** Clearing a lock takes no time; who is at it for longer is gone. */
export const CLEARING_MS_MAX = 10_000;

export interface LockFile {
  /** Is there while somebody holds the lock. */
  file: string;
  /** A file of the caller's own beside it, which says who that is. Linked, not written, a lock always names its holder. */
  mine: string;
  /** Whether the process that wrote this is still there. */
  isAlive(text: string): boolean | Promise<boolean>;
}

/**
 * Takes the lock unless somebody holds it; one whose holder is gone is cleared. False says to try again later: it is held,
 * or was just cleared, here or by another process. Throws what the file system throws.
 */
export async function tryLock(lock: LockFile): Promise<boolean> {
  if (await linkNew(lock.mine, lock.file)) return true;
  if (!(await isHeld(lock))) await clearDead(lock);
  return false;
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
  // Gone meanwhile: look again.
  return text === undefined || isAlive(text);
}

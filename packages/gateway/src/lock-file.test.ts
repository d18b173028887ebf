import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryLock } from './lock-file.ts';

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aideator-lock-'));
  file = join(dir, 'lock');
  await writeFile(file, 'dead');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A process that wants the lock. `look` runs after it has read the holder and before it acts on it. */
async function taker(name: string, look: (text: string) => Promise<void> = async () => {}) {
  const mine = join(dir, name);
  await writeFile(mine, name);
  const isAlive = async (text: string) => {
    await look(text);
    return text !== 'dead';
  };
  return () => tryLock({ file, mine, isAlive });
}

async function untilTaken(take: () => Promise<boolean>): Promise<void> {
  while (!(await take()));
}

describe('a lock file', () => {
  it('is taken over only from a holder that is gone', async () => {
    const [first, second] = [await taker('first'), await taker('second')];
    await untilTaken(first);
    expect(await second()).toBe(false);
    expect(await readFile(file, 'utf8')).toBe('first');
  });

  it('stays with the process that cleared and took it, even if another saw the same dead holder before', async () => {
    const first = await taker('first');
    let looks = 0;
    const second = await taker('second', async () => {
      looks += 1;
      if (looks === 1) await untilTaken(first);
    });
    expect(await second()).toBe(false);
    expect([looks, await readFile(file, 'utf8')]).toEqual([2, 'first']);
  });

  it('is cleared by one process at a time, which removes exactly the lock it looked at', async () => {
    const second = await taker('second');
    let looks = 0;
    const first = await taker('first', async () => {
      looks += 1;
      // The other process is about to remove the lock.
      if (looks === 2) expect([await second(), await second()]).toEqual([false, false]);
    });
    expect(await first()).toBe(false);
    expect(await first()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('first');
  });
});

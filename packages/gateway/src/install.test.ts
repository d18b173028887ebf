import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installGateway } from './install.ts';
import { withInstallLock } from './install-lock.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aideator-install-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A directory with one program in it, to be used as PATH. */
async function pathWith(name: string, script: string): Promise<string> {
  const path = await mkdtemp(join(dir, 'path-'));
  await writeFile(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

async function messageOf(env: Record<string, string>): Promise<string> {
  const target = await mkdtemp(join(dir, 'home-'));
  const failed = await installGateway({ dir: target, env, signal: AbortSignal.timeout(30_000) }).catch(
    (error) => error,
  );
  expect(failed).toMatchObject({ name: 'AppError', code: 'unavailable' });
  // The next try is not blocked.
  expect((await readdir(target)).filter((name) => name.includes('lock'))).toEqual([]);
  return String(failed.message);
}

describe('installing the gateway', () => {
  it('names both ways out when Python is missing, too old, or without venv', async () => {
    const old = await pathWith('python3', 'printf "/usr/bin/python3\\n3\\n8\\n"');
    const bare = await pathWith(
      'python3',
      'case "$1" in -c) printf "%s\\n3\\n12\\n" "$0";; *) echo "ensurepip is not available" >&2; exit 1;; esac',
    );
    const messages = [
      await messageOf({ PATH: join(dir, 'nothing') }),
      await messageOf({ PATH: old }),
      await messageOf({ PATH: bare }),
      await messageOf({ PATH: process.env.PATH ?? '', AIDEATOR_PYTHON: join(dir, 'no-such-python') }),
    ];
    for (const message of messages) {
      expect(message).toContain('install Python 3.10');
      expect(message).toContain('LITELLM_BASE_URL');
    }
    expect(messages[2]).toContain('ensurepip is not available');
  });

  it('happens once for two processes at a time, and takes over the lock of a dead one', async () => {
    const file = join(dir, 'lock');
    await writeFile(file, '999999999');
    let inside = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    const signal = AbortSignal.timeout(10_000);
    await Promise.all([1, 2, 3].map(() => withInstallLock(file, signal, work)));
  });
});

import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Child, runToEnd } from './child.ts';
import { LogFile } from './log-file.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'aideator-child-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** A program that starts another one, prints its process id, and ignores SIGTERM. */
const STUBBORN = `
  process.on('SIGTERM', () => {});
  const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log('started ' + pid);
  setInterval(() => {}, 1000);
`;

describe('a child', () => {
  it('is stopped with everything it started, even if it ignores SIGTERM', async () => {
    const { promise: said, resolve } = Promise.withResolvers<string>();
    const log = new LogFile(dir, 'stubborn');
    const child = new Child({ args: ['-e', STUBBORN], cwd: dir, env: process.env, log, onLine: resolve });
    const grandchild = Number((await said).split(' ')[1]);
    await child.stop(100);
    expect(await child.exited).toMatchObject({ signal: 'SIGKILL' });
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), { timeout: 10_000 });
  });

  it('is reported with the end of its log when it fails', async () => {
    const args = ['-e', 'console.error("no space left"); process.exit(3)'];
    const { signal } = new AbortController();
    const log = new LogFile(dir, 'failing');
    const run = runToEnd({ name: 'The build', args, cwd: dir, env: process.env, log, signal });
    await expect(run).rejects.toThrow(/The build failed\.\nno space left/);
  });

  it('is stopped with the rest while it runs to its end', async () => {
    const controller = new AbortController();
    const log = new LogFile(dir, 'long');
    const run = runToEnd({
      name: 'The build',
      args: ['-e', 'console.log("begun"); setInterval(() => {}, 1000)'],
      cwd: dir,
      env: process.env,
      log,
      signal: controller.signal,
      onLine: () => controller.abort(new Error('stopped')),
    });
    await expect(run).rejects.toThrow('stopped');
  });
});

describe('a log', () => {
  it('keeps the output of the last start and never exceeds its size limit', async () => {
    new LogFile(dir, 'part').write('the start before');
    const log = new LogFile(dir, 'part', 100);
    expect(await readFile(join(dir, 'part.log.1'), 'utf8')).toBe('the start before\n');
    for (let i = 0; i < 100; i += 1) log.write(`line ${i}`);
    for (const name of ['part.log', 'part.log.1'])
      expect((await stat(join(dir, name))).size).toBeLessThan(120);
    expect(log.tail()).toMatch(/line 99$/);
  });
});

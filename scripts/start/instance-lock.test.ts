import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockInstance } from './instance-lock.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'aideator-lock-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the lock of a home', () => {
  it('refuses a second start while the first one runs, and names its address', async () => {
    // It has the arguments of a start.
    const other = spawn(process.execPath, [
      '-e',
      'setInterval(() => {}, 1000)',
      '/some/scripts/start/main.ts',
    ]);
    await once(other, 'spawn');
    const holder = { pid: other.pid, url: 'http://localhost:3000' };
    await writeFile(join(home, 'running.json'), JSON.stringify(holder));
    await expect(lockInstance(home, 'http://localhost:3001')).rejects.toThrow(/already runs.*localhost:3000/);
    other.kill('SIGKILL');
    await once(other, 'exit');
    const unlock = await lockInstance(home, 'http://localhost:3001');
    await unlock();
  });

  it('is taken over from a process that is not an AIdeator start', async () => {
    await writeFile(join(home, 'running.json'), JSON.stringify({ pid: 1, url: 'http://localhost:3000' }));
    const unlock = await lockInstance(home, 'http://localhost:3001');
    await unlock();
  });

  it('goes to exactly one of many processes that start at once after a kill', async () => {
    const script = `
      const { lockInstance } = await import(${JSON.stringify(join(import.meta.dirname, 'instance-lock.ts'))});
      process.stdout.write('ready ');
      for await (const _ of process.stdin) break;
      await lockInstance(${JSON.stringify(home)}, 'http://localhost:1').then(
        () => process.stdout.write('runs'),
        ({ message }) => process.stdout.write(message.includes('already runs') ? 'refused' : message),
      );
      setInterval(() => {}, 1000);
    `;
    await writeFile(join(home, 'running.json'), JSON.stringify({ pid: 1, url: 'http://localhost:3000' }));
    const starts = Array.from({ length: 8 }, () => {
      const child = spawn(process.execPath, [
        '--input-type=module',
        '-e',
        script,
        '/some/scripts/start/main.ts',
      ]);
      const start = { child, said: '' };
      child.stdout.on('data', (bytes) => {
        start.said += bytes;
      });
      return start;
    });
    try {
      await expect.poll(() => starts.every(({ said }) => said === 'ready '), { timeout: 20_000 }).toBe(true);
      for (const { child } of starts) child.stdin.end('go');
      const outcomes = () => starts.map(({ said }) => said.split(' ')[1]).sort();
      await expect.poll(() => outcomes().every((said) => said !== ''), { timeout: 20_000 }).toBe(true);
      expect(outcomes()).toEqual([...Array(7).fill('refused'), 'runs']);
    } finally {
      for (const { child } of starts) child.kill('SIGKILL');
    }
  });
});

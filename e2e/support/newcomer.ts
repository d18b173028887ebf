import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@aideator/local/postgres/server';
import type { Release } from '../cluster/support/installation.ts';
import { installProgram } from '../cluster/support/newcomer.ts';
import { type Program, startProgram } from './program.ts';
import { test as base } from './test.ts';

export interface NewcomerOptions {
  /** Where the program runs: on this machine with `npm start`, or on the cluster of KUBECONFIG with the chart. */
  place: 'machine' | 'cluster';
}

interface WorkerFixtures {
  program: Program & { release?: Release };
}

interface TestFixtures {
  /** The Helm release; only on a cluster. */
  release: Release;
}

/** The real program, including LiteLLM and the small models, with a new database. */
export const test = base.extend<TestFixtures, NewcomerOptions & WorkerFixtures>({
  place: ['machine', { scope: 'worker', option: true }],
  program: [
    async ({ place }, use) => {
      const program = await (place === 'cluster' ? installProgram() : startHere());
      await use(program);
      await program.close();
    },
    { scope: 'worker', timeout: 9 * 60_000 },
  ],
  baseURL: async ({ program }, use) => use(program.url),
  release: async ({ program }, use) => {
    if (!program.release) throw new Error('this test needs the program on a cluster');
    await use(program.release);
  },
});

async function startHere(): Promise<Program> {
  const dir = await mkdtemp(join(tmpdir(), 'aideator-e2e-'));
  const postgres = await startPostgres({ dataDir: join(dir, 'postgres'), settings: { fsync: 'off' } });
  const program = await startProgram({ DATABASE_URL: postgres.url }).catch(async (error: unknown) => {
    await postgres.close();
    throw error;
  });
  const close = async () => {
    await program.close();
    await postgres.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { url: program.url, close };
}

export { expect } from './test.ts';

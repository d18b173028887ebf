import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@aideator/local/postgres/server';
import { test as base } from '@playwright/test';
import { startProgram } from './program.ts';

interface WorkerFixtures {
  programUrl: string;
}

/** `npm start` as it is, LiteLLM and small models included; only the database is a new one. */
export const test = base.extend<object, WorkerFixtures>({
  programUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from here
    async ({}, use) => {
      const dir = await mkdtemp(join(tmpdir(), 'aideator-e2e-'));
      const postgres = await startPostgres({ dataDir: join(dir, 'postgres'), settings: { fsync: 'off' } });
      const program = await startProgram({ DATABASE_URL: postgres.url }).catch(async (error: unknown) => {
        await postgres.close();
        throw error;
      });
      await use(program.url);
      await program.close();
      await postgres.close();
      await rm(dir, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 9 * 60_000 },
  ],
  baseURL: async ({ programUrl }, use) => use(programUrl),
});

export { expect } from '@playwright/test';

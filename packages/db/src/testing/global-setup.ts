import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@aideator/local/postgres/server';
import type { TestProject } from 'vitest/node';
// Declares what is provided here.
import type {} from './provided.ts';
import { createTemplate, dropTemplate } from './template.ts';

/** What a server for tests may leave out: its data need not outlive it. */
const FAST_AND_LOOSE = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
};

/** One PostgreSQL per test run with one migrated template; every test file clones it (`cloneDatabase`). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env.DATABASE_URL_TEST_ADMIN;
  const server = external ? undefined : await startTemporaryServer();
  const adminUrl = external ?? server?.adminUrl ?? '';
  try {
    const template = await createTemplate(adminUrl);
    project.provide('databaseAdminUrl', adminUrl);
    project.provide('databaseTemplate', template);
    return async () => {
      if (external) await dropTemplate(adminUrl, template);
      await server?.close();
    };
  } catch (error) {
    await server?.close();
    throw error;
  }
}

async function startTemporaryServer(): Promise<{ adminUrl: string; close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'aideator-test-postgres-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const server = await startPostgres({ dataDir, settings: FAST_AND_LOOSE });
    return {
      adminUrl: server.adminUrl,
      close: async () => {
        await server.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

import { mkdtemp, rm, statfs } from 'node:fs/promises';
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

const MEMORY_DISK = '/dev/shm';
/** A clone takes 8 MB; containers often have 64 MB there in all. */
const MEMORY_DISK_BYTES_MIN = 2 * 2 ** 30;

/** In memory where there is room: a clone makes 300 files, which takes some disks longer than all else that a test does. */
async function dataRoot(): Promise<string> {
  const found = await statfs(MEMORY_DISK).catch(() => undefined);
  return found && found.bavail * found.bsize >= MEMORY_DISK_BYTES_MIN ? MEMORY_DISK : tmpdir();
}

async function startTemporaryServer(): Promise<{ adminUrl: string; close(): Promise<void> }> {
  const dataDir = await mkdtemp(join(await dataRoot(), 'aideator-test-postgres-'));
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

import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@aideator/local/postgres/server';
import type { TestProject } from 'vitest/node';
// Declares what is provided here.
import type {} from './provided.ts';
import { createTemplate, dropTemplate } from './template.ts';

/** Settings without durability, since the data of tests need not survive the server. */
const FAST_AND_LOOSE = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
};

/** Starts one PostgreSQL per test run with one migrated template, which every test file clones (`cloneDatabase`). */
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
/** A clone takes 8 MB, and containers often have only 64 MB there. */
const MEMORY_DISK_BYTES_MIN = 2 * 2 ** 30;

/** In memory if there is room. A clone creates 300 files, which on some disks takes longer than the rest of a test. */
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

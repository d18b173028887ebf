import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDatabase } from './client.ts';
import { withCutConnections } from './testing/broken-databases.ts';
import { cloneDatabase, type TestDatabase } from './testing/database.ts';

let server: TestDatabase;
beforeAll(async () => {
  server = await cloneDatabase();
});
afterAll(() => server[Symbol.asyncDispose]());

test('a statement that takes longer than allowed is ended', async () => {
  const { db, close } = createDatabase(server.url, { statementTimeoutMs: 100 });
  await expect(db.execute(sql`select pg_sleep(20)`)).rejects.toMatchObject({
    cause: { message: expect.stringContaining('statement timeout') },
  });
  await close();
});

test('an abandoned transaction is ended and releases its locks', async () => {
  const log = vi.fn();
  const { db, close } = createDatabase(server.url, { statementTimeoutMs: 100, log });
  let isFreed = false;
  const forgotten = db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(42)`);
    await vi.waitFor(
      async () => {
        const free = await server.db.execute(sql`select pg_try_advisory_lock(42) as free`);
        expect(free.rows).toEqual([{ free: true }]);
      },
      { timeout: 10_000 },
    );
    isFreed = true;
    await tx.execute(sql`select 1`);
  });
  await expect(forgotten).rejects.toThrow();
  expect(isFreed).toBe(true);
  await close();
});

test('a connection that breaks while idle is reported and replaced, and nothing else ends', async () => {
  const log = vi.fn();
  const { db, close } = createDatabase(server.url, { poolSizeMax: 1, log });
  const [{ pid } = {}] = (await db.execute(sql`select pg_backend_pid() as pid`)).rows;
  await server.db.execute(sql`select pg_terminate_backend(${pid}::int)`);
  await vi.waitFor(() =>
    expect(log).toHaveBeenCalledWith('idle database connection lost', expect.anything()),
  );
  expect((await db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }]);
  await close();
});

test('a transaction whose connection breaks at `begin` releases the connection', async () => {
  await using cut = await withCutConnections(server.url);
  const { db, close } = createDatabase(cut.url, { poolSizeMax: 1 });
  for (let i = 0; i < 3; i += 1) await expect(db.transaction(async () => i)).rejects.toThrow();
  await close();
});

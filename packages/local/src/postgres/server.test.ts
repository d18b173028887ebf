import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type PostgresServer, startPostgres } from './server.ts';

const SETTINGS = { fsync: 'off', shared_buffers: '16MB' };
const PATIENCE = { timeout: 20_000, interval: 50 };

let root: string;
let dataDir: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'aideator-postgres-'));
  // Reachable for the account that the server runs as when the tests run as root.
  await chmod(root, 0o755);
  dataDir = join(root, 'postgres');
  await (await start()).close();
});
afterAll(() => rm(root, { recursive: true, force: true }));

const start = (port?: number): Promise<PostgresServer> =>
  startPostgres({ dataDir, settings: SETTINGS, ...(port === undefined ? {} : { port }) });

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A zombie process has no command line. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
  } catch {
    return false;
  }
}

async function serverPid(): Promise<number> {
  return Number((await readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Starts a process that starts a server and holds it. Returns the process and the server's address. */
async function startElsewhere(): Promise<{ holder: ChildProcess; url: string }> {
  const code = `
    import { startPostgres } from ${JSON.stringify(new URL('./server.ts', import.meta.url).href)};
    const server = await startPostgres(${JSON.stringify({ dataDir, settings: SETTINGS })});
    console.log(server.url);
    setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [url] = await once(createInterface({ input: holder.stdout }), 'line');
  return { holder, url };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('serves the database to its owner, on 127.0.0.1 only, in UTF-8 and UTC, with a private password', async () => {
  const server = await start();
  onTestFinished(() => server.close());
  const [row] = await query(
    server.url,
    `select current_database() as database, current_user as person, pg_encoding_to_char(encoding) as encoding,
       datlocale as locale, current_setting('timezone') as timezone,
       current_setting('listen_addresses') as addresses, lower('ÄÉ') as lowered
     from pg_database where datname = current_database()`,
  );
  expect(row).toEqual({
    database: 'aideator',
    person: 'aideator',
    encoding: 'UTF8',
    locale: 'C.UTF-8',
    timezone: 'UTC',
    addresses: '127.0.0.1',
    lowered: 'äé',
  });
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(dataDir, 'cluster'))).mode & 0o777).toBe(0o700);
  const wrong = new URL(server.url);
  wrong.password = 'guess';
  await expect(query(wrong.href, 'select 1')).rejects.toThrow('password');
  const [admin] = await query(server.adminUrl, "select current_setting('is_superuser') as super");
  expect(admin).toEqual({ super: 'on' });
});

test('keeps data, address and password across a restart', async () => {
  const first = await start();
  await query(first.url, 'create table kept (n int); insert into kept values (7)');
  const pid = await serverPid();
  await first.close();
  expect(isAlive(pid)).toBe(false);
  const second = await start();
  onTestFinished(() => second.close());
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('chooses another port if that of the last start is in use, and refuses a given port that is in use', async () => {
  const first = await start();
  await first.close();
  const port = Number(new URL(first.url).port);
  const blocker = createServer().listen(port, '127.0.0.1');
  await once(blocker, 'listening');
  onTestFinished(() => void blocker.close());
  await expect(start(port)).rejects.toThrow('could not bind');
  const second = await start();
  onTestFinished(() => second.close());
  expect(new URL(second.url).port).not.toBe(String(port));
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('leaves no process when its starter is killed, and keeps what was committed', async () => {
  const { holder, url } = await startElsewhere();
  await query(url, 'create table survives (n int); insert into survives values (1)');
  const pid = await serverPid();
  await kill(holder);
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), PATIENCE);
  const server = await start();
  onTestFinished(() => server.close());
  expect(await query(server.url, 'select n from survives')).toEqual([{ n: 1 }]);
});

test('starts again right after its starter was killed', async () => {
  const { holder } = await startElsewhere();
  await kill(holder);
  const server = await start();
  onTestFinished(() => server.close());
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('refuses data that a running process uses, and does not disturb that process', async () => {
  const { url } = await startElsewhere();
  await expect(start()).rejects.toThrow('in use');
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.runIf(process.platform === 'linux')('stops a server that has lost its supervisor', async () => {
  const { holder } = await startElsewhere();
  const pid = await serverPid();
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  process.kill(Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]), 'SIGKILL');
  await kill(holder);
  expect(isAlive(pid)).toBe(true);
  const server = await start();
  onTestFinished(() => server.close());
  expect(isAlive(pid)).toBe(false);
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('starts in spite of the pid file of a killed server whose pid belongs to another process now', async () => {
  const stale = [process.pid, join(dataDir, 'cluster'), 0, 1, '', '127.0.0.1', '0 0', 'ready'];
  await writeFile(join(dataDir, 'cluster', 'postmaster.pid'), stale.join('\n'));
  const server = await start();
  onTestFinished(() => server.close());
  expect(await serverPid()).not.toBe(process.pid);
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('replaces a lost password', async () => {
  await rm(join(dataDir, 'password'));
  const server = await start();
  onTestFinished(() => server.close());
  expect(await query(server.adminUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test.runIf(process.getuid?.() === 0)(
  'as root, data in a folder that the unprivileged account cannot reach lives elsewhere, which is remembered',
  async () => {
    const closed = await mkdtemp(join(tmpdir(), 'aideator-closed-'));
    onTestFinished(() => rm(closed, { recursive: true, force: true }));
    const inside = join(closed, 'deep', 'postgres');
    const first = await startPostgres({ dataDir: inside, settings: SETTINGS });
    const home = (await readFile(join(inside, 'moved-to'), 'utf8')).trim();
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    await query(first.url, 'create table kept (n int)');
    await first.close();
    const second = await startPostgres({ dataDir: inside, settings: SETTINGS });
    onTestFinished(() => second.close());
    expect(await query(second.url, 'select n from kept')).toEqual([]);
  },
);

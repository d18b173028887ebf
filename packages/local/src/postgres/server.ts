import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { APP_DATABASE, APP_ROLE, ensureCluster, SUPERUSER } from './cluster.ts';
import { clearLeftovers } from './leftovers.ts';
import { type Place, preparePlace } from './place.ts';
import type { SupervisorArguments } from './supervisor.ts';

export interface PostgresOptions {
  /** Created if missing. As root the cluster may have to be elsewhere; its path is stored here then. */
  dataDir: string;
  /** Default: the port of the last start, or a free one. A given port that is in use is an error. */
  port?: number;
  /** PostgreSQL's own log, line by line. */
  log?: (line: string) => void;
  /** Receives progress messages for people. */
  onProgress?: (message: string) => void;
  /** PostgreSQL's settings, such as `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string>;
}

export interface PostgresServer {
  /** The database `aideator`, as its owner, who may create databases. */
  url: string;
  /** The database `postgres`, as superuser. */
  adminUrl: string;
  /** Settles when the server has exited, for whatever reason. */
  exited: Promise<void>;
  /** Shuts the server down and waits until it has exited. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 20;
const CLOSE_TIMEOUT_MS = 20_000;
const LOG_TAIL_LINES = 30;
const PORT_TRIES = 3;

/**
 * Starts PostgreSQL on 127.0.0.1 with `dataDir`, as an unprivileged account if we are root. The server ends with this process,
 * however that ends. A server that an earlier process left behind is stopped first.
 * Throws if the server cannot be started, with the end of its log, or if a running process uses the data.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const place = await preparePlace(options.dataDir);
  await clearLeftovers(place.clusterDir);
  options.onProgress?.('preparing the database');
  const password = await ensureCluster(place, { fsync: options.settings?.fsync !== 'off' });
  options.onProgress?.('starting the database');
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await choosePort(place));
    try {
      const supervisor = await launch(place, { ...options, port });
      await writeFile(join(place.home, 'port'), `${port}\n`);
      const urlOf = (role: string, database: string) =>
        `postgres://${role}:${password}@${HOST}:${port}/${database}`;
      return {
        url: urlOf(APP_ROLE, APP_DATABASE),
        adminUrl: urlOf(SUPERUSER, 'postgres'),
        exited: whenExited(supervisor),
        close: () => stop(supervisor),
      };
    } catch (error) {
      const isPortTaken = String(error).includes('could not bind');
      if (!isPortTaken || options.port !== undefined || attempt >= PORT_TRIES) throw error;
    }
  }
}

/** Returns the port of the last start if it is free, otherwise any free port. */
async function choosePort(place: Place): Promise<number> {
  const remembered = Number(await readFile(join(place.home, 'port'), 'utf8').catch(() => '0'));
  if (Number.isInteger(remembered) && remembered > 0 && remembered < 65_536) {
    const port = await tryListen(remembered);
    if (port !== undefined) return port;
  }
  const port = await tryListen(0);
  if (port === undefined) throw new Error('no free port for the database');
  return port;
}

async function tryListen(port: number): Promise<number | undefined> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: HOST, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}

/** Starts the supervisor with the server below it, and waits until the server takes connections. */
async function launch(place: Place, options: PostgresOptions & { port: number }): Promise<ChildProcess> {
  const settings = {
    port: String(options.port),
    listen_addresses: HOST,
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  };
  const supervised: SupervisorArguments = {
    program: join(place.nativeDir, 'bin', 'postgres'),
    args: [
      '-D',
      place.clusterDir,
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    cwd: place.home,
    ...place.identity,
  };
  const supervisor = spawn(
    process.execPath,
    [fileURLToPath(new URL('./supervisor.ts', import.meta.url)), JSON.stringify(supervised)],
    // Its own process group: Ctrl-C reaches only this process, which then shuts down in order.
    { detached: true, cwd: '/', env: {}, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  // The pipe is only ever closed, never written. If the supervisor is gone, there is nothing to close.
  supervisor.stdin.on('error', () => {});
  const tail: string[] = [];
  createInterface({ input: supervisor.stderr }).on('line', (line) => {
    tail.push(line);
    if (tail.length > LOG_TAIL_LINES) tail.shift();
    options.log?.(line);
  });
  try {
    await waitUntilReady(place, supervisor);
  } catch (error) {
    await stop(supervisor);
    throw new Error(`${String(error)}\n${tail.join('\n')}`, { cause: error });
  }
  return supervisor;
}

/** The last line of the pid file is `ready` once the server accepts connections. pg_ctl reads it too. */
async function waitUntilReady(place: Place, supervisor: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (true) {
    if (hasExited(supervisor)) throw new Error('the database server ended at its start');
    const pidFile = await readFile(join(place.clusterDir, 'postmaster.pid'), 'utf8').catch(() => '');
    if (pidFile.split('\n')[7]?.trim() === 'ready') return;
    if (performance.now() > deadline) throw new Error('the database server does not get ready');
    await delay(READY_POLL_MS);
  }
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function whenExited(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

async function stop(supervisor: ChildProcess): Promise<void> {
  if (hasExited(supervisor)) return;
  const exited = whenExited(supervisor);
  supervisor.stdin?.end();
  const timer = new AbortController();
  const timeout = delay(CLOSE_TIMEOUT_MS, undefined, { signal: timer.signal }).then(
    () => {
      throw new Error('the database server does not end');
    },
    () => {},
  );
  await Promise.race([exited, timeout]);
  timer.abort();
}

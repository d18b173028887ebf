import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

const BINARIES = ['redis-server', 'valkey-server'];
const START_LIMIT_MS = 10_000;
/** Prints the server's pid and kills the server when its own stdin closes, so also when the test process is killed. */
const HOLDER = '"$@" >/dev/null & echo $!; read -r _; kill -9 $!; wait';

/** Path of the Redis server on this machine, if it is installed. */
export const redisBinary: string | undefined = BINARIES.find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

if (!redisBinary && process.env.CI) throw new Error(`The tests need Redis in CI: install ${BINARIES[0]}`);

/** A real Redis for one test, without persistence. */
export interface RedisServer extends AsyncDisposable {
  url: string;
  /** SIGSTOP: connections stay open without replies. */
  freeze(): void;
  thaw(): void;
  /** SIGKILL: its data is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

export async function startRedisServer(): Promise<RedisServer> {
  const binary = redisBinary;
  if (!binary) throw new Error(`none of ${BINARIES.join(', ')} is installed`);
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'aideator-test-redis-'));
  let holder: ChildProcessByStdio<Writable, Readable, null> | undefined;
  let pid = 0;
  const start = async () => {
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      dir,
    ];
    holder = spawn('sh', ['-c', HOLDER, 'sh', binary, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [said] = await once(holder.stdout, 'data');
    pid = Number.parseInt(String(said), 10);
    await untilListening(port);
  };
  const kill = async () => {
    if (!holder || holder.exitCode !== null) return;
    const exited = once(holder, 'exit');
    holder.stdin.end();
    await exited;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    thaw: () => void process.kill(pid, 'SIGCONT'),
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilListening(port: number): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadline) {
    const socket = createConnection({ port, host: '127.0.0.1' });
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
    await delay(10);
  }
  throw new Error(`Redis does not listen on ${port}`);
}

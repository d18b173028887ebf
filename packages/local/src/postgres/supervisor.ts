/**
 * Runs as a separate process between the program and PostgreSQL. The program holds the pipe to its stdin open. When the pipe
 * closes, for whatever reason, including SIGKILL of the program, the server is shut down.
 * Argument: JSON of SupervisorArguments. Exit code: the server's.
 */
import { spawn } from 'node:child_process';

export interface SupervisorArguments {
  program: string;
  args: string[];
  cwd: string;
  uid?: number;
  gid?: number;
}

const FAST_SHUTDOWN_MS = 10_000;
const IMMEDIATE_SHUTDOWN_MS = 3_000;

const { program, args, ...options }: SupervisorArguments = JSON.parse(process.argv[2] ?? '{}');
const server = spawn(program, args, {
  ...options,
  env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  stdio: ['ignore', 'inherit', 'inherit'],
});

let isStopping = false;

/** SIGINT: PostgreSQL's fast shutdown; SIGQUIT: its immediate one, which recovers at the next start. */
function shutDown(): void {
  if (isStopping) return;
  isStopping = true;
  server.kill('SIGINT');
  setTimeout(() => server.kill('SIGQUIT'), FAST_SHUTDOWN_MS).unref();
  setTimeout(() => server.kill('SIGKILL'), FAST_SHUTDOWN_MS + IMMEDIATE_SHUTDOWN_MS).unref();
}

server.once('error', () => process.exit(126));
server.once('exit', (code) => process.exit(code ?? 1));
process.stdin.on('end', shutDown).on('close', shutDown).on('error', shutDown).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, shutDown);

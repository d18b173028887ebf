import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
/** A supervisor whose program has just ended needs this long for its shutdown. */
const SUPERVISED_GRACE_MS = 5_000;
const STOP_STEPS = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
] as const;

/**
 * Prepares a cluster for a new server: removes the pid file of a killed server, and stops a server that has lost its supervisor.
 * Throws if a running program uses the cluster.
 */
export async function clearLeftovers(clusterDir: string): Promise<void> {
  const pidPath = join(clusterDir, 'postmaster.pid');
  const pid = Number((await readFile(pidPath, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (isServerOf(pid, clusterDir) && isSupervised(pid)) {
    if (!(await isGone(pid, clusterDir, SUPERVISED_GRACE_MS)) && isSupervised(pid)) {
      throw new Error(`the database in ${clusterDir} is in use by another running instance (server ${pid})`);
    }
  }
  for (const { signal, waitMs } of STOP_STEPS) {
    if (!isServerOf(pid, clusterDir)) break;
    process.kill(pid, signal);
    await isGone(pid, clusterDir, waitMs);
  }
  // The file belongs to a killed server. Its pid may be that of any other process by now.
  await rm(pidPath, { force: true });
}

async function isGone(pid: number, clusterDir: string, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  while (isServerOf(pid, clusterDir)) {
    if (performance.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

function isServerOf(pid: number, clusterDir: string): boolean {
  const command = commandOf(pid);
  return command.includes('postgres') && command.includes(clusterDir);
}

function isSupervised(pid: number): boolean {
  const parent = parentOf(pid);
  return parent > 1 && commandOf(parent).includes('supervisor.ts');
}

/** Returns the command line of a process, or an empty string if there is none. Reads /proc if it exists, because small images lack `ps`. */
function commandOf(pid: number): string {
  if (process.platform !== 'linux') return ps(pid, 'command');
  return readProc(pid, 'cmdline').replaceAll('\0', ' ');
}

function parentOf(pid: number): number {
  if (process.platform !== 'linux') return Number(ps(pid, 'ppid'));
  return Number(/^PPid:\s*(\d+)/m.exec(readProc(pid, 'status'))?.[1] ?? 0);
}

function readProc(pid: number, file: 'cmdline' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function ps(pid: number, property: 'ppid' | 'command'): string {
  try {
    return execFileSync('ps', ['-ww', '-o', `${property}=`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5_000,
    }).trim();
  } catch {
    return '';
  }
}

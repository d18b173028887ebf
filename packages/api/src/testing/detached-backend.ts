import { spawn } from 'node:child_process';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Backend, BackendEvent, RunRef } from '@aideator/contract/backend';
import { isId } from '@aideator/contract/ids';
import { RUNNER_ENV } from '@aideator/contract/protocol';

const POLL_MS = 15;
const STOP_LIMIT_MS = 2_000;

export interface DetachedBackend extends Backend {
  /** Kills a run without any further line, as the loss of a node does. */
  kill(run: RunRef): Promise<void>;
  /** Kills all runs in this way, whichever process started them. */
  killAll(): Promise<void>;
}

/**
 * Runs that outlive the process that started them, as Jobs do. Detached runners write their lines to files in one folder,
 * where any number of processes can start, follow and cancel them.
 */
export function createDetachedBackend(options: {
  dir: string;
  runnerPath: string;
  callbackUrl: string;
}): DetachedBackend {
  const { dir, runnerPath, callbackUrl } = options;
  const fileOf = ({ runId, attempt }: RunRef, kind: 'log' | 'pid') =>
    join(dir, `${runId}.${attempt}.${kind}`);
  const pidOf = async (run: RunRef): Promise<number | undefined> => {
    const text = await readFile(fileOf(run, 'pid'), 'utf8').catch(() => '');
    return Number.parseInt(text, 10) || undefined;
  };
  const list = async (): Promise<RunRef[]> => {
    const refs = (await readdir(dir)).flatMap((name) => {
      const [runId, attempt, kind] = name.split('.');
      return isId('run', runId) && kind === 'pid' ? [{ runId, attempt: Number(attempt) }] : [];
    });
    const alive = await Promise.all(refs.map(async (ref) => isAlive(await pidOf(ref))));
    return refs.filter((_, i) => alive[i]);
  };
  const end = async (run: RunRef, signal: NodeJS.Signals): Promise<void> => {
    const pid = await pidOf(run);
    if (pid === undefined || !isAlive(pid)) return;
    process.kill(pid, signal);
    const deadline = performance.now() + STOP_LIMIT_MS;
    while (isAlive(pid) && performance.now() < deadline) await delay(POLL_MS);
  };
  return {
    name: 'kubernetes',
    async start(run) {
      const log = await open(fileOf(run, 'log'), 'ax').catch(() => undefined);
      if (!log) return;
      const child = spawn(process.execPath, [runnerPath], {
        detached: true,
        stdio: ['ignore', log.fd, 'ignore'],
        env: {
          NODE_ENV: 'test',
          [RUNNER_ENV.runId]: run.runId,
          [RUNNER_ENV.attempt]: String(run.attempt),
          [RUNNER_ENV.token]: run.token,
          [RUNNER_ENV.callbackUrl]: callbackUrl,
        },
      });
      child.unref();
      await writeFile(fileOf(run, 'pid'), String(child.pid));
      await log.close();
    },
    follow: (run, signal) =>
      followFile(fileOf(run, 'log'), { signal, isAlive: async () => isAlive(await pidOf(run)) }),
    cancel: (run) => end(run, 'SIGTERM'),
    forget: async () => undefined,
    list,
    close: async () => undefined,
    kill: (run) => end(run, 'SIGKILL'),
    async killAll() {
      await Promise.all((await list()).map((run) => end(run, 'SIGKILL')));
    },
  };
}

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function* followFile(
  path: string,
  how: { signal: AbortSignal; isAlive: () => Promise<boolean> },
): AsyncGenerator<BackendEvent> {
  let offset = 0;
  let rest = Buffer.alloc(0);
  for (let wasAlive = true; !how.signal.aborted; ) {
    const content = await readFile(path).catch(() => undefined);
    if (!content) break;
    rest = Buffer.concat([rest, content.subarray(offset)]);
    const hasMore = content.length > offset;
    offset = content.length;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield { type: 'line', line: rest.subarray(0, end).toString('utf8') };
      rest = rest.subarray(end + 1);
      if (how.signal.aborted) return;
    }
    if (hasMore) continue;
    if (!wasAlive) break;
    wasAlive = await how.isAlive();
    if (wasAlive) await delay(POLL_MS);
  }
  if (!how.signal.aborted) yield { type: 'exit', exitCode: null, error: { code: 'runner_crashed' } };
}

import { startSweeper } from '@aideator/api/services/collection/sweep-turns';
import { operatorText } from '@aideator/contract/error-facts';
import { env } from '~/env';
import { endStreamsOfEndedSignIns } from '~/server/auth/ended-sign-ins';
import { getDeps } from '~/server/deps';
import { guardNextServer } from '~/server/listener/web-listener';
import { abortLiveStreams } from '~/server/live-streams';
import { createLog } from '~/server/log';
import { guardConsole } from '~/server/safe-console';

/** Longest wait for runs to end when the parent process is gone. */
const LEAVE_AFTER_MS = 3_000;
/** Longest time from a signal to the end of the process. Whatever is still open then is dropped. */
const EXIT_AFTER_MS = 9_000;

/** Opens the app's dependencies before the first request, and closes them when the process is asked to end. */
export async function registerNode(): Promise<void> {
  guardConsole(console, createLog());
  const deps = await open().catch(leave);
  const sweeper = startSweeper(deps);
  const watch = new AbortController();
  const watching = endStreamsOfEndedSignIns(deps, watch.signal);
  const shutDown = async (reason: string): Promise<void> => {
    deps.log.info({ reason }, 'shutting down');
    // Runs of the local backend end with this process. Other runs continue, and another replica adopts their turns.
    const left =
      deps.backend.name === 'local'
        ? Promise.all([deps.collectors.close(), deps.backend.close()])
        : deps.collectors.drain().then(() => deps.backend.close());
    // Next waits for open connections, and an event stream would stay open forever.
    abortLiveStreams();
    watch.abort();
    await Promise.all([sweeper.close(), watching, left]);
    await deps.feed.close();
  };
  const shutDownOrLog = (reason: string): Promise<void> =>
    shutDown(reason).catch((error: unknown) =>
      deps.log.error({ err: error }, 'could not close all dependencies'),
    );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) onFirst(signal, shutDownOrLog);
  if (env.AIDEATOR_PARENT_PIPE === '1') {
    process.stdin.resume().once('end', () => {
      setTimeout(() => process.exit(1), LEAVE_AFTER_MS).unref();
      void shutDownOrLog('the parent process is gone').finally(() => process.exit(1));
    });
  }
}

async function open(): ReturnType<typeof getDeps> {
  guardNextServer();
  return getDeps();
}

/** Exits, because a server without its dependencies would fail every request. The parent process may restart it. */
function leave(error: unknown): never {
  createLog().fatal({ err: error, reason: operatorText(error) }, 'the server could not start');
  process.exit(1);
}

/**
 * Shuts down at the first signal, then calls the earlier listeners. They are Next's: they wait for requests in progress
 * and end the process. On their own they would end it while turns are still draining.
 */
function onFirst(signal: 'SIGTERM' | 'SIGINT', shutDown: (reason: string) => Promise<void>): void {
  const others = process.listeners(signal);
  for (const other of others) process.removeListener(signal, other);
  let isLeaving = false;
  process.on(signal, (name: NodeJS.Signals) => {
    if (isLeaving) return;
    isLeaving = true;
    setTimeout(() => process.exit(1), EXIT_AFTER_MS).unref();
    void shutDown(name).finally(() => {
      for (const other of others) other(name);
    });
  });
}

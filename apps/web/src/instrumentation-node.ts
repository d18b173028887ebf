import { startSweeper } from '@aideator/api/services/sweep-turns';
import { env } from '~/env';
import { getDeps } from '~/server/deps';
import { cutLiveStreams } from '~/server/live-streams';
import { createLog } from '~/server/log';

/** Longest wait for runs to end before the process does, when its parent is gone. */
const LEAVE_AFTER_MS = 3_000;
/** Longest time from a signal to the end of the process, whatever is still open then. */
const EXIT_AFTER_MS = 9_000;

/** Opens what the app needs before the first request, and lets go of it when the process is asked to end. */
export async function registerNode(): Promise<void> {
  const deps = await getDeps().catch(leave);
  const sweeper = startSweeper(deps);
  const letGo = async (reason: string): Promise<void> => {
    deps.log.info({ reason }, 'shutting down');
    // Runs of the local backend end with this process; others go on, and are left with their turns to another replica.
    const left =
      deps.backend.name === 'local'
        ? Promise.all([deps.collectors.close(), deps.backend.close()])
        : deps.collectors.handOver().then(() => deps.backend.close());
    // Next waits for open connections; an event stream would keep it waiting for ever.
    cutLiveStreams();
    await Promise.all([sweeper.close(), left]);
    await deps.feed.close();
  };
  const letGoOrTell = (reason: string): Promise<void> =>
    letGo(reason).catch((error: unknown) => deps.log.error({ err: error }, 'could not let go of everything'));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) onFirst(signal, letGoOrTell);
  if (env.AIDEATOR_PARENT_PIPE === '1') {
    process.stdin.resume().once('end', () => {
      setTimeout(() => process.exit(1), LEAVE_AFTER_MS).unref();
      void letGoOrTell('the process that started this one is gone').finally(() => process.exit(1));
    });
  }
}

/** A server that answers every request with an error helps nobody; who started this one is told, and may try again. */
function leave(error: unknown): never {
  createLog().fatal({ err: error }, 'the server could not start');
  process.exit(1);
}

/**
 * Lets go at the first signal, and then leaves the rest to who listened before: Next, which waits for requests that are
 * under way and ends the process. By itself it would end it while turns are still being handed over.
 */
function onFirst(signal: 'SIGTERM' | 'SIGINT', letGo: (reason: string) => Promise<void>): void {
  const others = process.listeners(signal);
  for (const other of others) process.removeListener(signal, other);
  let isLeaving = false;
  process.on(signal, (name: NodeJS.Signals) => {
    if (isLeaving) return;
    isLeaving = true;
    setTimeout(() => process.exit(1), EXIT_AFTER_MS).unref();
    void letGo(name).finally(() => {
      for (const other of others) other(name);
    });
  });
}

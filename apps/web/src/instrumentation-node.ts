import { env } from '~/env';
import { getDeps } from '~/server/deps';
import { cutLiveStreams } from '~/server/live-streams';

/** Longest wait for runs to end before the process does, when its parent is gone. */
const LEAVE_AFTER_MS = 3_000;

/** Opens what the app needs before the first request, and lets go of it when the process is asked to end. */
export async function registerNode(): Promise<void> {
  const deps = await getDeps();
  const letGo = async (reason: string): Promise<void> => {
    deps.log.info({ reason }, 'shutting down');
    // Next waits for open connections; an event stream would keep it waiting for ever.
    cutLiveStreams();
    await deps.backend.close();
  };
  process.once('SIGTERM', (signal) => void letGo(signal));
  process.once('SIGINT', (signal) => void letGo(signal));
  if (env.AIDEATOR_PARENT_PIPE === '1') {
    process.stdin.resume().once('end', () => {
      setTimeout(() => process.exit(1), LEAVE_AFTER_MS).unref();
      void letGo('the process that started this one is gone').finally(() => process.exit(1));
    });
  }
}

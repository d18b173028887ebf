import type { RunRef } from '@aideator/contract/backend';
import type { ErrorInfo } from '@aideator/contract/errors';
import type { LogTimes } from './follow-log.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { jobName } from './labels.ts';
import {
  type Exit,
  exitOf,
  hasBegun,
  isFinished,
  isOver,
  jobProblem,
  podProblem,
  type StartLimits,
} from './outcome.ts';
import type { RunPods, SeenPod } from './run-pods.ts';

/** All in milliseconds. */
export interface FollowTimes extends StartLimits, LogTimes {
  /** How long to wait for the exit code after the last line. */
  exitMs: number;
}

export interface FollowRunOptions {
  api: Pick<KubernetesApi, 'getJob' | 'openLog'>;
  pods: RunPods;
  signal: AbortSignal;
  times: FollowTimes;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** How often the limits and the Job are checked while the pods do not change. */
const LOOK_MS = 1_000;

/** Waits for the first pod whose container has started, or for the reason why there is none. Ignores pods in `without`. Returns undefined if the signal aborts. */
export async function untilBegun(
  run: RunRef,
  without: ReadonlySet<string>,
  options: FollowRunOptions,
): Promise<SeenPod | Exit | undefined> {
  const { pods, signal, times } = options;
  const sinceMs = performance.now();
  let podSinceMs: number | undefined;
  while (!signal.aborted) {
    const { version } = pods;
    const all = pods.pods.filter(({ uid }) => !without.has(uid));
    const begun = all.find(hasBegun);
    if (begun) return begun;
    const waiting = all.find((pod) => !isOver(pod));
    if (waiting) podSinceMs ??= performance.now();
    const waitedMs = performance.now() - (podSinceMs ?? sinceMs);
    const exit = waiting
      ? exitFor(podProblem(waiting, waitedMs, times))
      : await exitWithoutPod(run, { pod: all[0], waitedMs }, options);
    if (exit) return exit;
    await pods.changed(version, { ms: LOOK_MS, signal });
  }
  return undefined;
}

async function exitWithoutPod(
  run: RunRef,
  { pod, waitedMs }: { pod: SeenPod | undefined; waitedMs: number },
  { api, pods, signal, times, log }: FollowRunOptions,
): Promise<Exit | undefined> {
  try {
    if (!pods.isListed && waitedMs < times.giveUpMs) return undefined;
    const job = await api.getJob(jobName(run), signal);
    if (pod || !job || isFinished(job)) return exitOf(pod, job);
    return exitFor(jobProblem(waitedMs, times));
  } catch (error) {
    log('the Job of a run could not be read', { ...run, err: error });
    const detail = 'Kubernetes could not be reached.';
    return waitedMs < times.giveUpMs ? undefined : exitFor({ code: 'run_start_failed', detail });
  }
}

function exitFor(error: ErrorInfo | undefined): Exit | undefined {
  return error && { type: 'exit', exitCode: null, error };
}

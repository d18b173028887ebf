import type { BackendEvent, RunRef } from '@aideator/contract/backend';
import { parseRunEventLine } from '@aideator/contract/run-event';
import { followLog, type LogEnd } from './follow-log.ts';
import { jobName } from './labels.ts';
import type { RunLine } from './log-lines.ts';
import { type Exit, exitOf, isOver } from './outcome.ts';
import type { SeenPod } from './run-pods.ts';
import { type FollowRunOptions, untilBegun } from './until-begun.ts';

/**
 * Follows one run: waits until its container has started, yields its lines, then its exit. It finds Job and pod by their labels,
 * so any process can follow a run that another one started.
 */
export async function* followRun(run: RunRef, options: FollowRunOptions): AsyncGenerator<BackendEvent> {
  const refused = new Set<string>();
  while (!options.signal.aborted) {
    const begun = await untilBegun(run, refused, options);
    if (begun === undefined) return;
    if ('type' in begun) return yield begun;
    const isRefused = yield* followPod(run, begun, options);
    if (!isRefused) return;
    refused.add(begun.uid);
  }
}

/** Returns true if another pod of the same Job has claimed the run. That pod's lines must be followed then. */
async function* followPod(
  run: RunRef,
  pod: SeenPod,
  options: FollowRunOptions,
): AsyncGenerator<BackendEvent, boolean> {
  const { pods, signal } = options;
  const over = new AbortController();
  const done = new AbortController();
  void untilOver(pod.uid, { ...options, signal: AbortSignal.any([signal, done.signal]) }).then(() =>
    over.abort(),
  );
  const lines = followLog({ ...options, run, pod: pod.name, over: over.signal });
  try {
    for (;;) {
      const { value, done: isEnd } = await lines.next();
      if (isEnd) {
        const exit = await exitAfter(value, { run, pod }, options);
        if (!signal.aborted) yield exit;
        return false;
      }
      if (pods.pods.length > 1 && isRefusedClaim(value)) return true;
      yield { type: 'line', line: value.text };
    }
  } finally {
    done.abort();
    await lines.return('aborted');
  }
}

/** Resolves when the pod has ended or the signal aborts. */
async function untilOver(
  uid: string,
  { pods, signal }: Pick<FollowRunOptions, 'pods' | 'signal'>,
): Promise<void> {
  for (;;) {
    const { version } = pods;
    const pod = latest(pods.pods, uid);
    if (signal.aborted || (pod && isOver(pod))) return;
    await pods.changed(version, { signal });
  }
}

async function exitAfter(
  end: LogEnd,
  what: { run: RunRef; pod: SeenPod },
  options: FollowRunOptions,
): Promise<Exit> {
  const { pods, signal, times, api, log } = options;
  const late = AbortSignal.any([signal, AbortSignal.timeout(times.exitMs)]);
  if (end !== 'given_up') await untilOver(what.pod.uid, { pods, signal: late });
  const pod = latest(pods.pods, what.pod.uid) ?? what.pod;
  const exitCode = pod.state.terminated?.exitCode ?? null;
  // The last line already says how the run ended.
  if (end === 'terminal') return { type: 'exit', exitCode };
  const isKnown = isOver(pod) || pod.isDeleted || pod.phase === 'Unknown';
  if (!isKnown) {
    const detail = 'The log of the run could no longer be read.';
    return { type: 'exit', exitCode, error: { code: 'stream_broken', detail } };
  }
  const job = await api.getJob(jobName(what.run), signal).catch((error: unknown) => {
    if (!signal.aborted) log('the Job of a run could not be read', { ...what.run, err: error });
  });
  return exitOf(pod, job ?? undefined);
}

function latest(pods: readonly SeenPod[], uid: string): SeenPod | undefined {
  return pods.find((pod) => pod.uid === uid);
}

function isRefusedClaim(line: RunLine): boolean {
  if (line.seq !== 0 || line.type !== 'failed') return false;
  const event = parseRunEventLine(line.text);
  return event?.type === 'failed' && event.error.code === 'run_claim_refused';
}

import type { BackendEvent } from '@aideator/contract/backend';
import type { ErrorInfo } from '@aideator/contract/errors';
import type { ContainerState, JobView, PodView } from './resources.ts';
import type { SeenPod } from './run-pods.ts';

export type Exit = Extract<BackendEvent, { type: 'exit' }>;

/** How long a run may take to begin, in milliseconds. */
export interface StartLimits {
  /** From the Job to its pod. */
  podMs: number;
  /** From the pod to a node. */
  scheduleMs: number;
  /** From the pod to its container, with the pull of the image. */
  startMs: number;
}

const DETAIL_CHARS_MAX = 400;

/** Waiting reasons that waiting does not heal, and what they mean. */
const CANNOT_START: Readonly<Record<string, string>> = {
  ImagePullBackOff: 'The image of the runner cannot be pulled.',
  InvalidImageName: 'The name of the image of the runner is not valid.',
  ErrImageNeverPull: 'The image of the runner is not on the node, and pulling it is forbidden.',
  ImageInspectError: 'The image of the runner cannot be read.',
  CreateContainerConfigError: 'The settings of the container are refused by the node.',
  CreateContainerError: 'The container cannot be made on the node.',
  RunContainerError: 'The container cannot be started on the node.',
  CrashLoopBackOff: 'The container ends as soon as it starts.',
};

/** Reasons of a container that ended without having run. */
const NEVER_RAN: ReadonlySet<string> = new Set([
  'StartError',
  'ContainerCannotRun',
  'ContainerStatusUnknown',
]);

/** Exit codes that a runner chooses; its last line says the rest. */
const RUNNER_EXIT_CODE_MAX = 3;
const EXIT_CODE_KILLED = 137;
const EXIT_CODE_SIGNALS = 128;

/** Why a Job without a pod will not get one; undefined while it is worth waiting. */
export function jobProblem(waitedMs: number, limits: StartLimits): ErrorInfo | undefined {
  if (waitedMs < limits.podMs) return undefined;
  const seconds = Math.round(waitedMs / 1_000);
  return startFailed(
    `Kubernetes made no pod within ${seconds} s. Most often a quota of the namespace is used up, or its rules refuse the pod.`,
  );
}

/** Why a pod that has not begun will not begin; undefined while it is worth waiting. */
export function podProblem(pod: PodView, waitedMs: number, limits: StartLimits): ErrorInfo | undefined {
  const { waiting } = pod.state;
  const known = waiting && CANNOT_START[waiting.reason];
  if (known) return startFailed(withReason(known, waiting));
  const scheduled = pod.conditions.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False' && waitedMs >= limits.scheduleMs) {
    return startFailed(withReason('No node has room for the runner.', scheduled));
  }
  if (waitedMs < limits.startMs) return undefined;
  const seconds = Math.round(waitedMs / 1_000);
  return startFailed(
    withReason(`The runner did not start within ${seconds} s.`, waiting ?? scheduled ?? pod),
  );
}

/** True when the container runs or has run: there is a log to read. */
export function hasBegun({ state }: { state: ContainerState }): boolean {
  return state.running !== undefined || state.terminated !== undefined;
}

/** True when nothing of the pod runs any more. */
export function isOver(pod: SeenPod): boolean {
  return (
    pod.isGone || pod.state.terminated !== undefined || pod.phase === 'Succeeded' || pod.phase === 'Failed'
  );
}

/** True when Kubernetes has written the Job off; it does so up to some seconds after its pod. */
export function isFinished({ conditions }: JobView): boolean {
  return conditions.some(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
}

/** The end of a run whose pod is over or was never there. `job` undefined: it does not exist. */
export function exitOf(pod: SeenPod | undefined, job: JobView | undefined): Exit {
  const exitCode = pod?.state.terminated?.exitCode ?? null;
  const error = errorOf(pod, job);
  return error ? { type: 'exit', exitCode, error } : { type: 'exit', exitCode };
}

function errorOf(pod: SeenPod | undefined, job: JobView | undefined): ErrorInfo | undefined {
  if (isDeadline(pod, job)) return { code: 'run_timeout' };
  if (!pod) {
    const detail = job ? 'The pod of the run is gone.' : 'The run is not in the cluster any more.';
    return { code: 'interrupted', detail };
  }
  const { terminated } = pod.state;
  if (pod.reason === 'Evicted') return crashed('The node evicted the runner', pod);
  const disruption = pod.conditions.find(
    ({ type, status }) => type === 'DisruptionTarget' && status === 'True',
  );
  if (disruption) return crashed('The pod was disrupted', disruption);
  if (!terminated) return goneError(pod);
  if (terminated.reason === 'OOMKilled') {
    return { code: 'runner_crashed', detail: 'The runner used more memory than its limit (OOMKilled).' };
  }
  if (NEVER_RAN.has(terminated.reason)) {
    return startFailed(withReason('The container could not be started.', terminated));
  }
  if (terminated.exitCode <= RUNNER_EXIT_CODE_MAX) return undefined;
  if (pod.isDeleted || pod.isGone) return goneError(pod);
  if (terminated.exitCode === EXIT_CODE_KILLED) {
    // The node may miss why: a container at its limit can end before the kernel's word of it arrives.
    const why = 'Most often it used more memory than its limit.';
    return { code: 'runner_crashed', detail: `The runner was killed (SIGKILL). ${why}` };
  }
  const signal = terminated.exitCode - EXIT_CODE_SIGNALS;
  const detail = signal > 0 ? `killed by signal ${signal}` : `exit code ${terminated.exitCode}`;
  return { code: 'runner_crashed', detail };
}

function goneError(pod: SeenPod): ErrorInfo {
  if (pod.phase === 'Unknown') return { code: 'runner_crashed', detail: 'The node of the runner was lost.' };
  if (pod.isGone || pod.isDeleted) return { code: 'runner_crashed', detail: 'The pod was deleted.' };
  return crashed('The pod ended', pod);
}

function isDeadline(pod: SeenPod | undefined, job: JobView | undefined): boolean {
  if (pod?.reason === 'DeadlineExceeded') return true;
  return (
    job?.conditions.some(({ status, reason }) => status === 'True' && reason === 'DeadlineExceeded') ?? false
  );
}

function crashed(what: string, { reason, message }: { reason: string; message: string }): ErrorInfo {
  return { code: 'runner_crashed', detail: withReason(`${what}.`, { reason, message }) };
}

function startFailed(detail: string): ErrorInfo {
  return { code: 'run_start_failed', detail };
}

/** Kubernetes' own words go with ours: they name the image, the resource or the node that is at fault. */
function withReason(text: string, { reason, message }: { reason: string; message: string }): string {
  const words = [reason, message].filter((word) => word !== '').join(': ');
  return words === '' ? text : `${text} (${words.slice(0, DETAIL_CHARS_MAX)})`;
}

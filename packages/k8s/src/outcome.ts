import type { BackendEvent } from '@aideator/contract/backend';
import type { ErrorInfo } from '@aideator/contract/errors';
import type { V1ContainerState } from '@kubernetes/client-node';
import type { SeenPod } from './run-pods.ts';
import type { JobView, PodView } from './views.ts';

export type Exit = Extract<BackendEvent, { type: 'exit' }>;

/** How long the start of a run may take, in milliseconds. */
export interface StartLimits {
  /** From the Job to its pod. */
  podMs: number;
  /** From the pod to a node. */
  scheduleMs: number;
  /** From the pod to its container, with the pull of the image. */
  startMs: number;
}

/** Reason and message, as in the state of a container or a condition of a pod. */
interface Why {
  reason?: string;
  message?: string;
}

const DETAIL_CHARS_MAX = 400;

/** Reasons of a waiting container that do not go away by themselves, with a text for each. */
const CANNOT_START: Readonly<Record<string, string>> = {
  ImagePullBackOff: 'The image of the runner cannot be pulled.',
  InvalidImageName: 'The image name of the runner is not valid.',
  ErrImageNeverPull: 'The image of the runner is not on the node, and pulling it is forbidden.',
  ImageInspectError: 'The image of the runner cannot be read.',
  CreateContainerConfigError: 'The node refuses the settings of the container.',
  CreateContainerError: 'The node cannot create the container.',
  RunContainerError: 'The node cannot start the container.',
  CrashLoopBackOff: 'The container ends as soon as it starts.',
};

/** Reasons of a terminated container that never ran. */
const NEVER_RAN: ReadonlySet<string> = new Set([
  'StartError',
  'ContainerCannotRun',
  'ContainerStatusUnknown',
]);

/** The highest exit code that the runner itself uses. Its last line has the details. */
const RUNNER_EXIT_CODE_MAX = 3;
const EXIT_CODE_KILLED = 137;
const EXIT_CODE_SIGNALS = 128;

/** Returns why a Job gets no pod, or undefined while it is worth waiting. */
export function jobProblem(waitedMs: number, limits: StartLimits): ErrorInfo | undefined {
  if (waitedMs < limits.podMs) return undefined;
  const seconds = Math.round(waitedMs / 1_000);
  return startFailed(
    `Kubernetes created no pod within ${seconds} s. Usually a quota of the namespace is used up, or its rules refuse the pod.`,
  );
}

/** Returns why a pod does not start, or undefined while it is worth waiting. */
export function podProblem(pod: PodView, waitedMs: number, limits: StartLimits): ErrorInfo | undefined {
  const { waiting } = pod.state;
  const known = waiting && CANNOT_START[waiting.reason ?? ''];
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

/** True if the container runs or has run, so that it has a log. */
export function hasBegun({ state }: { state: V1ContainerState }): boolean {
  return state.running !== undefined || state.terminated !== undefined;
}

/** True if nothing of the pod runs any longer. */
export function isOver(pod: SeenPod): boolean {
  return (
    pod.isGone || pod.state.terminated !== undefined || pod.phase === 'Succeeded' || pod.phase === 'Failed'
  );
}

/** True if Kubernetes has marked the Job as finished, which may be seconds after the end of its pod. */
export function isFinished({ conditions }: JobView): boolean {
  return conditions.some(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  );
}

/** Returns the exit of a run whose pod has ended or never existed. `job` is undefined if it does not exist. */
export function exitOf(pod: SeenPod | undefined, job: JobView | undefined): Exit {
  const exitCode = pod?.state.terminated?.exitCode ?? null;
  const error = errorOf(pod, job);
  return error ? { type: 'exit', exitCode, error } : { type: 'exit', exitCode };
}

function errorOf(pod: SeenPod | undefined, job: JobView | undefined): ErrorInfo | undefined {
  if (isDeadline(pod, job)) return { code: 'run_timeout' };
  if (!pod) {
    const detail = job ? 'The pod of the run is gone.' : 'The run is no longer in the cluster.';
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
  if (NEVER_RAN.has(terminated.reason ?? '')) {
    return startFailed(withReason('The container could not be started.', terminated));
  }
  if (terminated.exitCode <= RUNNER_EXIT_CODE_MAX) return undefined;
  if (pod.isDeleted || pod.isGone) return goneError(pod);
  if (terminated.exitCode === EXIT_CODE_KILLED) {
    // The kubelet may report no reason: a container at its memory limit can end before the kernel's event arrives.
    const why = 'Usually it used more memory than its limit.';
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

function crashed(what: string, why: Why): ErrorInfo {
  return { code: 'runner_crashed', detail: withReason(`${what}.`, why) };
}

function startFailed(detail: string): ErrorInfo {
  return { code: 'run_start_failed', detail };
}

/** Adds the message of Kubernetes, which names the image, the resource or the node. */
function withReason(text: string, { reason, message }: Why): string {
  const words = [reason, message].filter(Boolean).join(': ');
  return words === '' ? text : `${text} (${words.slice(0, DETAIL_CHARS_MAX)})`;
}

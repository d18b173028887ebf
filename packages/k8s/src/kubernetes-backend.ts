import type { Backend, BackendEvent, RunRef, RunToStart } from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { isStatus } from './api-error.ts';
import { type ApiClient, createApiClient } from './client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { followRun } from './follow-run.ts';
import { type JobSettings, jobManifest } from './job-spec.ts';
import { createKubernetesApi, type KubernetesApi } from './kubernetes-api.ts';
import { jobName, keyOf, runSelector } from './labels.ts';
import { isFinished, isOver } from './outcome.ts';
import { PodWatch } from './pod-watch.ts';
import type { RunPods } from './run-pods.ts';
import { startError } from './start-error.ts';
import type { FollowTimes } from './until-begun.ts';

/** In milliseconds. */
export interface KubernetesTimes extends FollowTimes {
  /** How long `stop` waits for the pod to be gone. */
  stopMs: number;
  /** How often the watch of pods is checked by a list. */
  relistMs: number;
}

export const KUBERNETES_TIMES: KubernetesTimes = {
  podMs: 30_000,
  scheduleMs: 60_000,
  startMs: 120_000,
  silenceMs: 45_000,
  drainMs: 2_000,
  giveUpMs: 150_000,
  exitMs: 5_000,
  stopMs: 3_000,
  relistMs: 45_000,
};

export const JOB_DEFAULTS = {
  imagePullPolicy: 'IfNotPresent',
  imagePullSecrets: [],
  resources: {
    requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '16Mi' },
    limits: { cpu: '1', memory: '256Mi', 'ephemeral-storage': '64Mi' },
  },
  ttlSecondsAfterFinished: 300,
  graceSeconds: 210,
  stopSeconds: 2,
  nodeSelector: {},
  tolerations: [],
  extraLabels: {},
  extraAnnotations: {},
} satisfies Partial<JobSettings>;

type JobOptions = Partial<JobSettings> & Pick<JobSettings, 'instance' | 'image' | 'callbackUrl'>;

export interface KubernetesBackendOptions extends JobOptions {
  access: ClusterAccess;
  /** Of the runs. */
  namespace: string;
  /** For what a person who operates this may want to know. */
  log?: (message: string, fields: Record<string, unknown>) => void;
  times?: Partial<KubernetesTimes>;
}

/** The sweep is always there. */
export type KubernetesBackend = Required<Backend>;

/**
 * Executes each run in a Job of its own. Several processes may use it at once, and none of them remembers a run: Jobs and
 * pods are found by their labels, so that any process can follow and stop what another one has started.
 */
export function createKubernetesBackend(options: KubernetesBackendOptions): KubernetesBackend {
  const { access, namespace, log = () => {}, times, ...job } = options;
  const settings: JobSettings = { ...JOB_DEFAULTS, ...job };
  const client = createApiClient(access);
  const api = createKubernetesApi(client, { namespace, selector: runSelector(settings.instance) });
  return new JobBackend({ client, api, settings, log, times: { ...KUBERNETES_TIMES, ...times } });
}

interface Parts {
  client: ApiClient;
  api: KubernetesApi;
  settings: JobSettings;
  times: KubernetesTimes;
  log: (message: string, fields: Record<string, unknown>) => void;
}

class JobBackend implements KubernetesBackend {
  readonly name = 'kubernetes';
  readonly #parts: Parts;
  readonly #watch: PodWatch;
  readonly #closed = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#watch = new PodWatch({ api: parts.api, relistMs: parts.times.relistMs, log: parts.log });
  }

  async start(run: RunToStart): Promise<void> {
    const { api, settings, log } = this.#parts;
    if (this.#closed.signal.aborted) throw new AppError('run_start_failed', 'the backend is closed');
    try {
      await api.createJob(jobManifest(run, settings), this.#closed.signal);
    } catch (error) {
      // The name is the attempt's: it was started before, perhaps by a call whose answer was lost.
      if (isStatus(error, 409)) return;
      const { runId, attempt } = run;
      log('a Job could not be made', { runId, attempt, error: String(error) });
      throw startError(error);
    }
  }

  async *follow({ runId, attempt }: RunRef, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    // No more than the reference: callers give all of a run, with its token, and names of runs are logged.
    const run = { runId, attempt };
    using pods = this.#watch.track(run);
    const either = AbortSignal.any([signal, this.#closed.signal]);
    yield* followRun(run, { ...this.#parts, pods, signal: either });
  }

  async stop({ runId, attempt }: RunRef): Promise<void> {
    const run = { runId, attempt };
    using pods = this.#watch.track(run);
    const { api, times, log } = this.#parts;
    const late = AbortSignal.timeout(times.stopMs);
    await api.deleteJob(jobName(run), AbortSignal.any([late, this.#closed.signal]));
    if (!(await untilGone(pods, late))) log('the pod of a stopped run is not gone yet', run);
  }

  async forget(run: RunRef): Promise<void> {
    await this.#parts.api.deleteJob(jobName(run), this.#closed.signal);
  }

  async list(): Promise<RunRef[]> {
    const { api } = this.#parts;
    const { signal } = this.#closed;
    const [jobs, { pods }] = await Promise.all([api.listJobs(signal), api.listPods(signal)]);
    const podsOf = Map.groupBy(pods, ({ run }) => keyOf(run));
    return jobs
      .filter((job) => !job.isDeleted && !isFinished(job))
      .filter(({ run }) => !podsOf.get(keyOf(run))?.every((pod) => isOver({ ...pod, isGone: false })))
      .map(({ run }) => run);
  }

  async sweep(findOver: (runs: readonly RunRef[]) => Promise<readonly RunRef[]>): Promise<RunRef[]> {
    const { api } = this.#parts;
    const jobs = await api.listJobs(this.#closed.signal);
    const runs = jobs.filter(({ isDeleted }) => !isDeleted).map(({ run }) => run);
    const over = runs.length > 0 ? [...(await findOver(runs))] : [];
    await Promise.all(over.map((run) => this.forget(run)));
    return over;
  }

  /** Jobs go on: another process follows them. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#watch.close();
    this.#parts.client.close();
  }
}

/** False when the signal aborts first. */
async function untilGone(pods: RunPods, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const { version } = pods;
    if (pods.isListed && pods.pods.every(({ isGone }) => isGone)) return true;
    await pods.changed(version, { signal });
  }
  return false;
}

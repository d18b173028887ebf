import {
  type Backend,
  type BackendEvent,
  type RunRef,
  type RunToStart,
  runKey,
} from '@aideator/contract/backend';
import { AppError } from '@aideator/contract/errors';
import { isStatus } from './api-error.ts';
import { type ApiClient, createApiClient } from './client.ts';
import { followRun } from './follow-run.ts';
import { JOB_DEFAULTS, type JobSettings, jobManifest } from './job-spec.ts';
import type { LoadKubeConfig } from './kube-config.ts';
import { createKubernetesApi, type KubernetesApi } from './kubernetes-api.ts';
import { jobName, runSelector } from './labels.ts';
import { isFinished, isOver } from './outcome.ts';
import { PodWatch } from './pod-watch.ts';
import type { RunPods } from './run-pods.ts';
import { startError } from './start-error.ts';
import type { FollowTimes } from './until-begun.ts';

/** All in milliseconds. */
export interface KubernetesTimes extends FollowTimes {
  /** How long `cancel` waits until the pod is gone. */
  cancelMs: number;
  /** How often pods are listed again beside the watch. */
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
  cancelMs: 3_000,
  relistMs: 45_000,
};

type JobOptions = Partial<JobSettings> & Pick<JobSettings, 'instance' | 'image' | 'callbackUrl'>;

export interface KubernetesBackendOptions extends JobOptions {
  loadConfig: LoadKubeConfig;
  /** Namespace of the Jobs. */
  namespace: string;
  /** Receives messages for operators. */
  log?: (message: string, fields: Record<string, unknown>) => void;
  times?: Partial<KubernetesTimes>;
}

/** `sweep` is always present. */
export type KubernetesBackend = Required<Backend>;

/**
 * Executes each run in a Job of its own. Several processes may do so at once, and none of them remembers a run: Jobs and pods are
 * found by their labels, so that any process can follow and cancel a run that another one started.
 */
export function createKubernetesBackend(options: KubernetesBackendOptions): KubernetesBackend {
  const { loadConfig, namespace, log = () => {}, times, ...job } = options;
  const settings: JobSettings = { ...JOB_DEFAULTS, ...job };
  const client = createApiClient(loadConfig);
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
      // The name depends on the attempt alone: this attempt was started before, perhaps by a request whose response was lost.
      if (isStatus(error, 409)) return;
      const { runId, attempt } = run;
      log('a Job could not be created', { runId, attempt, err: error });
      throw startError(error);
    }
  }

  async *follow({ runId, attempt }: RunRef, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    // Callers may pass the whole run with its token. Keep the reference only, because it is logged.
    const run = { runId, attempt };
    using pods = this.#watch.track(run);
    const either = AbortSignal.any([signal, this.#closed.signal]);
    yield* followRun(run, { ...this.#parts, pods, signal: either });
  }

  async cancel({ runId, attempt }: RunRef): Promise<void> {
    const run = { runId, attempt };
    using pods = this.#watch.track(run);
    const { api, times, log } = this.#parts;
    const late = AbortSignal.timeout(times.cancelMs);
    await api.deleteJob(jobName(run), AbortSignal.any([late, this.#closed.signal]));
    if (!(await untilGone(pods, late))) log('the pod of a cancelled run is not gone yet', run);
  }

  async forget(run: RunRef): Promise<void> {
    await this.#parts.api.deleteJob(jobName(run), this.#closed.signal);
  }

  async list(): Promise<RunRef[]> {
    const { api } = this.#parts;
    const { signal } = this.#closed;
    const [jobs, { pods }] = await Promise.all([api.listJobs(signal), api.listPods(signal)]);
    const podsOf = Map.groupBy(pods, ({ run }) => runKey(run));
    return jobs
      .filter((job) => !job.isDeleted && !isFinished(job))
      .filter(({ run }) => !podsOf.get(runKey(run))?.every((pod) => isOver({ ...pod, isGone: false })))
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

  /** Leaves the Jobs running: another process follows them. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#watch.close();
    this.#parts.client.close();
  }
}

/** Returns false if the signal aborts first. */
async function untilGone(pods: RunPods, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const { version } = pods;
    if (pods.isListed && pods.pods.every(({ isGone }) => isGone)) return true;
    await pods.changed(version, { signal });
  }
  return false;
}

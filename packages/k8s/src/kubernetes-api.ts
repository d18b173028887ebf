import type { IncomingMessage } from 'node:http';
import { isStatus } from './api-error.ts';
import type { ApiClient } from './client.ts';
import { CONTAINER } from './job-spec.ts';
import { type JobView, listSchema, type PodView, readJob, readPod } from './resources.ts';

/** The calls that are made, and no others: what the web app's Role has to allow. All are about one namespace and selector. */
export interface KubernetesApi {
  createJob(manifest: object, signal: AbortSignal): Promise<void>;
  /** Undefined when there is none. */
  getJob(name: string, signal: AbortSignal): Promise<JobView | undefined>;
  listJobs(signal: AbortSignal): Promise<JobView[]>;
  /** With its pods. One that is gone is no error. */
  deleteJob(name: string, signal: AbortSignal): Promise<void>;
  listPods(signal: AbortSignal): Promise<{ pods: PodView[]; resourceVersion: string }>;
  /** JSON lines, from that version on. */
  watchPods(
    from: { resourceVersion: string; timeoutSeconds: number },
    signal: AbortSignal,
  ): Promise<IncomingMessage>;
  /** The log of a runner's container, from its start or of the last seconds only. */
  openLog(
    log: { pod: string; follow: boolean; sinceSeconds?: number },
    signal: AbortSignal,
  ): Promise<IncomingMessage>;
}

const PAGE_SIZE = 250;

export function createKubernetesApi(
  client: ApiClient,
  scope: { namespace: string; selector: string },
): KubernetesApi {
  const jobs = `/apis/batch/v1/namespaces/${scope.namespace}/jobs`;
  const pods = `/api/v1/namespaces/${scope.namespace}/pods`;
  const labelSelector = scope.selector;
  const list = (path: string, signal: AbortSignal) => listAll(client, { path, labelSelector, signal });

  return {
    async createJob(body, signal) {
      // A setting that the API server does not know is refused, not dropped.
      await client.json({ method: 'POST', path: jobs, query: { fieldValidation: 'Strict' }, body, signal });
    },
    async getJob(name, signal) {
      const job = await orUndefined(client.json({ method: 'GET', path: `${jobs}/${name}`, signal }));
      return job === undefined ? undefined : readJob(job);
    },
    async listJobs(signal) {
      const { items } = await list(jobs, signal);
      return items.flatMap((item) => readJob(item) ?? []);
    },
    async deleteJob(name, signal) {
      // Without the policy, or with it in the query alone, the pod may be left running.
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
      await orUndefined(client.json({ method: 'DELETE', path: `${jobs}/${name}`, body, signal }));
    },
    async listPods(signal) {
      const { items, resourceVersion } = await list(pods, signal);
      return { pods: items.flatMap((item) => readPod(item) ?? []), resourceVersion };
    },
    watchPods(from, signal) {
      const query = { ...from, labelSelector, watch: true, allowWatchBookmarks: true };
      return client.open({ method: 'GET', path: pods, query, signal });
    },
    openLog({ pod, ...rest }, signal) {
      const query = { ...rest, container: CONTAINER };
      return client.open({ method: 'GET', path: `${pods}/${pod}/log`, query, signal });
    },
  };
}

async function orUndefined(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

async function listAll(
  client: ApiClient,
  what: { path: string; labelSelector: string; signal: AbortSignal },
): Promise<{ items: unknown[]; resourceVersion: string }> {
  const { path, labelSelector, signal } = what;
  const items: unknown[] = [];
  for (let token = ''; ; ) {
    const query = { labelSelector, limit: PAGE_SIZE, ...(token === '' ? {} : { continue: token }) };
    const page = listSchema.parse(await client.json({ method: 'GET', path, query, signal }));
    items.push(...(page.items ?? []));
    token = page.metadata.continue;
    if (token === '') return { items, resourceVersion: page.metadata.resourceVersion };
  }
}

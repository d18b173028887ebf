import type { IncomingMessage } from 'node:http';
import {
  BatchV1Api,
  type Configuration,
  CoreV1Api,
  createConfiguration,
  ResponseContext,
  SelfDecodingBody,
  ServerConfiguration,
  type V1Job,
  type V1ListMeta,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import { isStatus } from './api-error.ts';
import type { ApiClient } from './client.ts';
import { CONTAINER } from './job-spec.ts';
import { type JobView, jobView, type PodView, podView } from './views.ts';

/** All requests of the backend, in one namespace and for one selector. The web app's Role allows these and no others. */
export interface KubernetesApi {
  createJob(job: V1Job, signal: AbortSignal): Promise<void>;
  /** Undefined when there is none. */
  getJob(name: string, signal: AbortSignal): Promise<JobView | undefined>;
  listJobs(signal: AbortSignal): Promise<JobView[]>;
  /** Deletes a Job with its pods. A Job that is gone is not an error. */
  deleteJob(name: string, signal: AbortSignal): Promise<void>;
  listPods(signal: AbortSignal): Promise<{ pods: PodView[]; resourceVersion: string }>;
  /** Opens the events after that version, a line of JSON each. */
  watchPods(
    from: { resourceVersion: string; timeoutSeconds: number },
    signal: AbortSignal,
  ): Promise<IncomingMessage>;
  /** Opens the log of a runner's container, from its start or of the last seconds only. */
  openLog(
    log: { pod: string; follow: boolean; sinceSeconds?: number },
    signal: AbortSignal,
  ): Promise<IncomingMessage>;
}

const PAGE_SIZE = 250;

export function createKubernetesApi(
  client: ApiClient,
  { namespace, selector: labelSelector }: { namespace: string; selector: string },
): KubernetesApi {
  const batch = (signal: AbortSignal) => new BatchV1Api(configurationOf(client, signal));
  const core = (signal: AbortSignal) => new CoreV1Api(configurationOf(client, signal));
  const podsPath = `/api/v1/namespaces/${namespace}/pods`;
  const page = { namespace, labelSelector, limit: PAGE_SIZE };

  return {
    async createJob(body, signal) {
      await batch(signal).createNamespacedJob({ namespace, body, fieldValidation: 'Strict' });
    },
    async getJob(name, signal) {
      const job = await orUndefined(batch(signal).readNamespacedJob({ namespace, name }));
      return job && jobView(job);
    },
    async listJobs(signal) {
      const { items } = await allPages((_continue) =>
        batch(signal).listNamespacedJob({ ...page, ...(_continue ? { _continue } : {}) }),
      );
      return items.flatMap((job) => jobView(job) ?? []);
    },
    async deleteJob(name, signal) {
      // Without the policy in the body, the pod may be left running.
      const body = { propagationPolicy: 'Background' };
      await orUndefined(batch(signal).deleteNamespacedJob({ namespace, name, body }));
    },
    async listPods(signal) {
      const { items, resourceVersion } = await allPages((_continue) =>
        core(signal).listNamespacedPod({ ...page, ...(_continue ? { _continue } : {}) }),
      );
      return { pods: items.flatMap((pod) => podView(pod) ?? []), resourceVersion };
    },
    watchPods(from, signal) {
      const query = queryOf({ ...from, labelSelector, watch: true, allowWatchBookmarks: true });
      return client.open({ method: 'GET', path: `${podsPath}?${query}`, signal });
    },
    openLog({ pod, ...rest }, signal) {
      const query = queryOf({ ...rest, container: CONTAINER });
      return client.open({ method: 'GET', path: `${podsPath}/${pod}/log?${query}`, signal });
    },
  };
}

/** Lets an API class of the library send through our client: one pool of connections, deadlines, retries, bounds. */
export function configurationOf(client: ApiClient, signal: AbortSignal): Configuration {
  return createConfiguration({
    // The client puts the address of the API server in place of this one.
    baseServer: new ServerConfiguration('http://api', {}),
    httpApi: wrapHttpLibrary({
      async send(request) {
        const { pathname, search } = new URL(request.getUrl());
        const body = request.getBody();
        const response = await client.send({
          method: request.getHttpMethod(),
          path: pathname + search,
          body: typeof body === 'string' ? body : undefined,
          signal,
        });
        const headers = { 'content-type': 'application/json' };
        return new ResponseContext(
          response.status,
          headers,
          new SelfDecodingBody(Promise.resolve(response.body)),
        );
      },
    }),
  });
}

function queryOf(values: Readonly<Record<string, string | number | boolean>>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]),
  );
}

async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

async function allPages<T>(
  read: (token: string) => Promise<{ metadata?: V1ListMeta; items: T[] }>,
): Promise<{ items: T[]; resourceVersion: string }> {
  const items: T[] = [];
  for (let token = ''; ; ) {
    const page = await read(token);
    items.push(...(page.items ?? []));
    token = page.metadata?._continue ?? '';
    if (token === '') return { items, resourceVersion: page.metadata?.resourceVersion ?? '' };
  }
}

import { text } from 'node:stream/consumers';
import { isId, type ResponseId } from '@aideator/contract/ids';
import { createLineSplitter } from '@aideator/contract/line-splitter';
import { parseRunEventLine, type RunEvent } from '@aideator/contract/run-event';
import type { ApiClient } from '@aideator/k8s/client';
import { RUN_LABELS } from '@aideator/k8s/labels';

/** A log line as containerd wrote it. */
export interface WrittenLine {
  event: RunEvent;
  /** containerd's timestamp, on the `performance.now()` clock. */
  atMs: number;
  /** The runner's own timestamp, on the same clock. */
  ownMs: number;
}

interface WatchedObject {
  metadata: { name: string; labels?: Record<string, string> };
  status?: { conditions?: { type: string; reason?: string; message?: string }[] };
}

/** Times on the `performance.now()` clock. */
interface Run {
  created: PromiseWithResolvers<number>;
  gone: PromiseWithResolvers<number>;
  pod: string | undefined;
}

const LIMIT_MS = 60_000;
const EVENT_BYTES_MAX = 2 * 1024 * 1024;
const WATCH_SECONDS = 3_600;

/**
 * Watches the Jobs and pods of a namespace. Kubernetes stores creation times in whole seconds, so a Job's creation time is the
 * arrival of its ADDED event. The event arrives slightly late, so durations measured from it are slightly too short.
 */
export class Runs implements Disposable {
  readonly #client: ApiClient;
  readonly #namespace: string;
  readonly #runs = new Map<ResponseId, Run>();
  readonly #abort = new AbortController();
  readonly #broken = Promise.withResolvers<never>();

  private constructor(client: ApiClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
    // Nothing may be waiting for this promise when a watch ends.
    this.#broken.promise.catch(() => undefined);
  }

  static async watch(client: ApiClient, namespace: string): Promise<Runs> {
    const runs = new Runs(client, namespace);
    await Promise.all([
      runs.#follow(`/apis/batch/v1/namespaces/${namespace}/jobs`, (run, { type, atMs }) => {
        if (type === 'ADDED') run.created.resolve(atMs);
      }),
      runs.#follow(`/api/v1/namespaces/${namespace}/pods`, (run, { type, atMs, name }) => {
        run.pod = name;
        if (type === 'DELETED') run.gone.resolve(atMs);
      }),
    ]);
    return runs;
  }

  /** Returns the time at which the Job of a response was created. */
  createdMs(responseId: ResponseId): Promise<number> {
    return this.#inTime(this.#run(responseId).created.promise);
  }

  /** Waits until the pod of a response is gone and returns that time. */
  goneMs(responseId: ResponseId): Promise<number> {
    return this.#inTime(this.#run(responseId).gone.promise);
  }

  /** Returns the lines that a running runner has written so far, with one request. */
  async lines(responseId: ResponseId): Promise<WrittenLine[]> {
    const { pod } = this.#run(responseId);
    const path = `/api/v1/namespaces/${this.#namespace}/pods/${pod}/log?timestamps=true`;
    const { signal } = this.#abort;
    const opened = this.#client.open({ method: 'GET', path, signal });
    const log = await text(await Promise.race([this.#broken.promise, opened]));
    return log.split('\n').flatMap((line) => {
      const cut = line.indexOf(' ');
      const event = parseRunEventLine(line.slice(cut + 1));
      if (!event) return [];
      return { event, atMs: monotonicMs(line.slice(0, cut)), ownMs: monotonicMs(event.at) };
    });
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }

  #run(responseId: ResponseId): Run {
    const known = this.#runs.get(responseId);
    if (known) return known;
    const created = Promise.withResolvers<number>();
    const run: Run = { created, gone: Promise.withResolvers(), pod: undefined };
    this.#runs.set(responseId, run);
    return run;
  }

  async #inTime(moment: Promise<number>): Promise<number> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('a run did not start or end in time')), LIMIT_MS);
    try {
      return await Promise.race([moment, this.#broken.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when the watch is established. */
  async #follow(
    path: string,
    seen: (run: Run, event: { type: string; atMs: number; name: string }) => void,
  ): Promise<void> {
    const { signal } = this.#abort;
    // Start from any cached resource version. The namespace is new, and the API server may refuse to serve the newest version.
    const query = `watch=true&resourceVersion=0&timeoutSeconds=${WATCH_SECONDS}`;
    const stream = await this.#client.open({ method: 'GET', path: `${path}?${query}`, signal });
    const read = async (): Promise<never> => {
      const splitter = createLineSplitter(EVENT_BYTES_MAX);
      for await (const bytes of stream as AsyncIterable<Buffer>) {
        const atMs = performance.now();
        for (const line of splitter.push(bytes)) {
          const { type, object } = JSON.parse(line) as { type: string; object: WatchedObject };
          if (type === 'ERROR') throw new Error(`the watch of ${path} failed: ${line}`);
          refuseWaiting(object);
          const responseId = object.metadata.labels?.[RUN_LABELS.response];
          if (isId('response', responseId))
            seen(this.#run(responseId), { type, atMs, name: object.metadata.name });
        }
      }
      throw new Error(`the watch of ${path} ended`);
    };
    void read().catch((error: unknown) => this.#broken.reject(error));
  }
}

/** A runner that waits for capacity on the node would not measure the program. */
function refuseWaiting({ status }: WatchedObject): void {
  const problem = status?.conditions?.find(({ reason }) => reason === 'Unschedulable');
  if (problem) throw new Error(`a runner has no room on the node: ${problem.message}`);
}

/** Converts an RFC 3339 timestamp with nanoseconds to the `performance.now()` clock. `Date` keeps only milliseconds. */
function monotonicMs(timestamp: string): number {
  const parts = /^([^.]+)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(timestamp);
  if (!parts) throw new Error(`no timestamp: ${timestamp}`);
  const [, seconds, fraction = '0', zone] = parts;
  return Date.parse(`${seconds}${zone}`) + Number(fraction) * 1_000 - performance.timeOrigin;
}

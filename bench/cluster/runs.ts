import { text } from 'node:stream/consumers';
import { createLineSplitter } from '@aideator/contract/line-splitter';
import { parseRunEventLine, type RunEvent } from '@aideator/contract/run-event';
import type { ApiClient } from '@aideator/k8s/client';
import { RUN_LABELS } from '@aideator/k8s/labels';

/** What containerd wrote, and when. */
export interface WrittenLine {
  event: RunEvent;
  /** Its timestamp, on the clock of `performance.now()`. */
  atMs: number;
  /** The runner's own time of it, on the same clock. */
  ownMs: number;
}

interface WatchedObject {
  metadata: { name: string; labels?: Record<string, string> };
  status?: { conditions?: { type: string; reason?: string; message?: string }[] };
}

/** Times on the clock of `performance.now()`. */
interface Run {
  created: PromiseWithResolvers<number>;
  gone: PromiseWithResolvers<number>;
  pod: string | undefined;
}

const LIMIT_MS = 60_000;
const EVENT_BYTES_MAX = 2 * 1024 * 1024;
const WATCH_SECONDS = 3_600;

/**
 * The Jobs and pods of a namespace's runs, by two watches: creation times of Kubernetes have only seconds, so that of a Job
 * is when its ADDED event arrives here. That is a moment late: what is measured from it is that much too short.
 */
export class Runs implements Disposable {
  readonly #client: ApiClient;
  readonly #namespace: string;
  readonly #runs = new Map<string, Run>();
  readonly #abort = new AbortController();
  readonly #broken = Promise.withResolvers<never>();

  private constructor(client: ApiClient, namespace: string) {
    this.#client = client;
    this.#namespace = namespace;
    // It may be that nobody waits when a watch ends.
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

  /** When a response's Job was made. */
  createdMs(responseId: string): Promise<number> {
    return this.#inTime(this.#run(responseId).created.promise);
  }

  /** Waits until a response's pod is gone, and says when it was. */
  goneMs(responseId: string): Promise<number> {
    return this.#inTime(this.#run(responseId).gone.promise);
  }

  /** What a response's runner, which still runs, has written up to now. One request. */
  async lines(responseId: string): Promise<WrittenLine[]> {
    const { pod } = this.#run(responseId);
    const path = `/api/v1/namespaces/${this.#namespace}/pods/${pod}/log`;
    const { signal } = this.#abort;
    const opened = this.#client.open({ method: 'GET', path, query: { timestamps: true }, signal });
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

  #run(responseId: string): Run {
    const known = this.#runs.get(responseId);
    if (known) return known;
    const created = Promise.withResolvers<number>();
    const run: Run = { created, gone: Promise.withResolvers(), pod: undefined };
    this.#runs.set(responseId, run);
    return run;
  }

  async #inTime(moment: Promise<number>): Promise<number> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('a run did not come or go in time')), LIMIT_MS);
    try {
      return await Promise.race([moment, this.#broken.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when the watch is open. */
  async #follow(
    path: string,
    seen: (run: Run, event: { type: string; atMs: number; name: string }) => void,
  ): Promise<void> {
    const { signal } = this.#abort;
    // From whatever version the API server has at hand: the namespace is new. It may refuse to look for the newest.
    const query = { watch: true, resourceVersion: '0', timeoutSeconds: WATCH_SECONDS };
    const stream = await this.#client.open({ method: 'GET', path, query, signal });
    const read = async (): Promise<never> => {
      const splitter = createLineSplitter(EVENT_BYTES_MAX);
      for await (const bytes of stream as AsyncIterable<Buffer>) {
        const atMs = performance.now();
        for (const line of splitter.push(bytes)) {
          const { type, object } = JSON.parse(line) as { type: string; object: WatchedObject };
          if (type === 'ERROR') throw new Error(`the watch of ${path} broke off: ${line}`);
          refuseWaiting(object);
          const responseId = object.metadata.labels?.[RUN_LABELS.response];
          if (responseId) seen(this.#run(responseId), { type, atMs, name: object.metadata.name });
        }
      }
      throw new Error(`the watch of ${path} ended`);
    };
    void read().catch((error: unknown) => this.#broken.reject(error));
  }
}

/** A runner that waits for room on the node says nothing of the program. */
function refuseWaiting({ status }: WatchedObject): void {
  const problem = status?.conditions?.find(({ reason }) => reason === 'Unschedulable');
  if (problem) throw new Error(`a runner has no room on the node: ${problem.message}`);
}

/** Of RFC 3339 with nanoseconds, of which Date keeps no more than milliseconds, on the clock of `performance.now()`. */
function monotonicMs(timestamp: string): number {
  const parts = /^([^.]+)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(timestamp);
  if (!parts) throw new Error(`no timestamp: ${timestamp}`);
  const [, seconds, fraction = '0', zone] = parts;
  return Date.parse(`${seconds}${zone}`) + Number(fraction) * 1_000 - performance.timeOrigin;
}

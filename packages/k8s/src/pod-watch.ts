import { type RunRef, runKey } from '@aideator/contract/backend';
import { createLineSplitter } from '@aideator/contract/line-splitter';
import type { V1Pod, V1Status } from '@kubernetes/client-node';
import { ApiError, isStatus } from './api-error.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { backoffMs, pause } from './pause.ts';
import { type RunPods, TrackedPods } from './run-pods.ts';
import { type PodView, podView } from './views.ts';

export interface PodWatchOptions {
  api: Pick<KubernetesApi, 'listPods' | 'watchPods'>;
  /** Pods are listed again after about this many milliseconds, because a broken watch may stay silent for ever. */
  relistMs: number;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** The position of a watch, and when to list again. */
interface Cursor {
  resourceVersion: string;
  endsAtMs: number;
}

const RETRY = { baseMs: 200, capMs: 5_000 };
/** A pod takes about 12 KB. */
const EVENT_BYTES_MAX = 2 * 1024 * 1024;
/** How much later than requested a watch may end. */
const LATE_MS = 2_000;

/** One line of a watch. Its dates are text. The object of a bookmark has a resourceVersion and nothing else. */
type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: V1Pod }
  | { type: 'ERROR'; object: V1Status };

/**
 * Tracks the pods of all runs of this installation with one list and one watch, while at least one run is tracked. The list is
 * repeated and is the source of truth; the watch only makes changes visible sooner.
 */
export class PodWatch {
  readonly #options: PodWatchOptions;
  readonly #pods = new Map<string, PodView>();
  readonly #tracked = new Map<string, Set<TrackedPods>>();
  #isListed = false;
  #stop: AbortController | undefined;
  #over: Promise<void> = Promise.resolve();

  constructor(options: PodWatchOptions) {
    this.#options = options;
  }

  /** Dispose of the result to stop tracking. */
  track(run: RunRef): RunPods {
    const key = runKey(run);
    const tracked = new TrackedPods(run, (self) => this.#release(key, self));
    const others = this.#tracked.get(key);
    if (others) others.add(tracked);
    else this.#tracked.set(key, new Set([tracked]));
    for (const pod of this.#pods.values()) if (runKey(pod.run) === key) tracked.seen(pod, false);
    if (this.#isListed) tracked.listed();
    this.#start();
    return tracked;
  }

  /** Resolves when all connections are closed. */
  async close(): Promise<void> {
    this.#end();
    await this.#over;
  }

  #start(): void {
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#over = this.#over.then(() => this.#run(stop.signal));
  }

  #end(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#isListed = false;
    this.#pods.clear();
  }

  #release(key: string, tracked: TrackedPods): void {
    const all = this.#tracked.get(key);
    all?.delete(tracked);
    if (all?.size === 0) this.#tracked.delete(key);
    if (this.#tracked.size === 0) this.#end();
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const { pods, resourceVersion } = await this.#options.api.listPods(signal);
        if (signal.aborted) return;
        this.#replace(pods);
        const lengthMs = this.#options.relistMs * (0.75 + Math.random() / 2);
        await this.#watch({ resourceVersion, endsAtMs: performance.now() + lengthMs }, signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.#options.log('listing or watching pods failed; listing again', {
          failures,
          err: error,
        });
        await pause(backoffMs(failures, RETRY), signal);
      }
    }
  }

  /** Watches until the next list is due. Throws if the API server no longer knows the resourceVersion. */
  async #watch(cursor: Cursor, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted && performance.now() < cursor.endsAtMs; ) {
      const before = cursor.resourceVersion;
      try {
        await this.#read(cursor, signal);
      } catch (error) {
        if (signal.aborted || isStatus(error, 410)) throw error;
        this.#options.log('the watch of pods failed', { err: error });
      }
      failures = cursor.resourceVersion === before ? failures + 1 : 1;
      if (performance.now() < cursor.endsAtMs) await pause(backoffMs(failures, RETRY), signal);
    }
  }

  async #read(cursor: Cursor, signal: AbortSignal): Promise<void> {
    const { resourceVersion } = cursor;
    const timeoutSeconds = Math.max(1, Math.ceil((cursor.endsAtMs - performance.now()) / 1_000));
    const stream = await this.#options.api.watchPods({ resourceVersion, timeoutSeconds }, signal);
    const late = setTimeout(() => stream.destroy(), timeoutSeconds * 1_000 + LATE_MS);
    const splitter = createLineSplitter(EVENT_BYTES_MAX);
    try {
      for await (const bytes of stream as AsyncIterable<Buffer>) {
        for (const line of splitter.push(bytes)) {
          if (!signal.aborted) cursor.resourceVersion = this.#apply(JSON.parse(line) as WatchEvent);
        }
      }
    } finally {
      clearTimeout(late);
      stream.destroy();
    }
  }

  /** Returns the event's resourceVersion. */
  #apply({ type, object }: WatchEvent): string {
    if (type === 'ERROR') {
      const { code = 0, reason = '', message = '' } = object;
      throw new ApiError(code, { reason, message });
    }
    const pod = type === 'BOOKMARK' ? undefined : podView(object);
    if (pod) this.#seen(pod, type === 'DELETED');
    const version = object.metadata?.resourceVersion;
    if (version === undefined) throw new Error(`an event ${type} has no resourceVersion`);
    return version;
  }

  #replace(pods: readonly PodView[]): void {
    const left = new Set(pods.map(({ uid }) => uid));
    for (const pod of this.#pods.values()) if (!left.has(pod.uid)) this.#seen(pod, true);
    for (const pod of pods) this.#seen(pod, false);
    this.#isListed = true;
    for (const all of this.#tracked.values()) for (const tracked of all) tracked.listed();
  }

  #seen(pod: PodView, isGone: boolean): void {
    if (isGone) this.#pods.delete(pod.uid);
    else this.#pods.set(pod.uid, pod);
    for (const tracked of this.#tracked.get(runKey(pod.run)) ?? []) tracked.seen(pod, isGone);
  }
}

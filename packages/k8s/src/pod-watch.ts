import type { RunRef } from '@aideator/contract/backend';
import { createLineSplitter } from '@aideator/contract/line-splitter';
import { z } from 'zod';
import { ApiError, isStatus } from './api-error.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { keyOf } from './labels.ts';
import { backoffMs, pause } from './pause.ts';
import { type PodView, readPod, statusSchema, watchEventSchema } from './resources.ts';
import { type RunPods, TrackedPods } from './run-pods.ts';

export interface PodWatchOptions {
  api: Pick<KubernetesApi, 'listPods' | 'watchPods'>;
  /** All pods are listed again after about this time: a watch may be silent for ever. */
  relistMs: number;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** How far a watch has come. */
interface Cursor {
  resourceVersion: string;
  endsAtMs: number;
}

const RETRY = { baseMs: 200, capMs: 5_000 };
/** A pod takes about 12 KB. */
const EVENT_BYTES_MAX = 2 * 1024 * 1024;
/** What a watch may take longer than was asked for. */
const LATE_MS = 2_000;

const bookmarkSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/**
 * Knows the pods of all runs of this installation, by one list and one watch, while at least one run is tracked. The list
 * is the truth and is made again and again; the watch is only quicker.
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

  /** Dispose of it when the run is of no interest any more. */
  track(run: RunRef): RunPods {
    const key = keyOf(run);
    const tracked = new TrackedPods(run, (self) => this.#release(key, self));
    const others = this.#tracked.get(key);
    if (others) others.add(tracked);
    else this.#tracked.set(key, new Set([tracked]));
    for (const pod of this.#pods.values()) if (keyOf(pod.run) === key) tracked.seen(pod, false);
    if (this.#isListed) tracked.listed();
    this.#start();
    return tracked;
  }

  /** Resolves when nothing is open any more. */
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
        this.#options.log('pods are listed again', { failures, error: String(error) });
        await pause(backoffMs(failures, RETRY), signal);
      }
    }
  }

  /** Until the next list is due. Throws when the API server does not know the version any more. */
  async #watch(cursor: Cursor, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted && performance.now() < cursor.endsAtMs; ) {
      const before = cursor.resourceVersion;
      try {
        await this.#read(cursor, signal);
      } catch (error) {
        if (signal.aborted || isStatus(error, 410)) throw error;
        this.#options.log('the watch of pods broke off', { error: String(error) });
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
          if (!signal.aborted) cursor.resourceVersion = this.#apply(JSON.parse(line));
        }
      }
    } finally {
      clearTimeout(late);
      stream.destroy();
    }
  }

  /** Returns the version that the event carries. */
  #apply(event: unknown): string {
    const { type, object } = watchEventSchema.parse(event);
    if (type === 'ERROR') {
      const { code, ...status } = statusSchema.parse(object);
      throw new ApiError(code, status);
    }
    if (type !== 'BOOKMARK') {
      const pod = readPod(object);
      if (pod) this.#seen(pod, type === 'DELETED');
    }
    return bookmarkSchema.parse(object).metadata.resourceVersion;
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
    for (const tracked of this.#tracked.get(keyOf(pod.run)) ?? []) tracked.seen(pod, isGone);
  }
}

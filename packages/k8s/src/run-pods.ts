import type { RunRef } from '@aideator/contract/backend';
import type { PodView } from './resources.ts';

/** A pod as it was last seen; `isGone` when it does not exist any more. */
export interface SeenPod extends PodView {
  isGone: boolean;
}

/** What is known of the pods of one run, for as long as somebody wants to know. */
export interface RunPods extends Disposable {
  /** False until all pods were listed once. */
  readonly isListed: boolean;
  /** The first made is the first. There is one, but Kubernetes does not promise that. */
  readonly pods: readonly SeenPod[];
  /** Counts the changes. */
  readonly version: number;
  /** Resolves when the version is another than this one, after `ms` if given, or when the signal aborts. */
  changed(from: number, until: { ms?: number; signal: AbortSignal }): Promise<void>;
}

export class TrackedPods implements RunPods {
  readonly run: RunRef;
  readonly #release: (self: TrackedPods) => void;
  readonly #pods = new Map<string, SeenPod>();
  #change = Promise.withResolvers<void>();
  #version = 0;
  #isListed = false;

  constructor(run: RunRef, release: (self: TrackedPods) => void) {
    this.run = run;
    this.#release = release;
  }

  get isListed(): boolean {
    return this.#isListed;
  }

  get pods(): readonly SeenPod[] {
    return [...this.#pods.values()].sort(
      (a, b) => compare(a.createdAt, b.createdAt) || compare(a.name, b.name),
    );
  }

  get version(): number {
    return this.#version;
  }

  listed(): void {
    if (this.#isListed) return;
    this.#isListed = true;
    this.#notify();
  }

  seen(pod: PodView, isGone: boolean): void {
    const before = this.#pods.get(pod.uid);
    if (before?.resourceVersion === pod.resourceVersion && before.isGone === isGone) return;
    this.#pods.set(pod.uid, { ...pod, isGone });
    this.#notify();
  }

  async changed(from: number, { ms, signal }: { ms?: number; signal: AbortSignal }): Promise<void> {
    if (this.#version !== from || signal.aborted) return;
    const over = Promise.withResolvers<void>();
    const timer = ms === undefined ? undefined : setTimeout(over.resolve, ms);
    const onAbort = (): void => over.resolve();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.#change.promise, over.promise]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  [Symbol.dispose](): void {
    this.#release(this);
  }

  #notify(): void {
    this.#version += 1;
    this.#change.resolve();
    this.#change = Promise.withResolvers<void>();
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

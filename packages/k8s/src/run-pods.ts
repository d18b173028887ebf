import type { RunRef } from '@aideator/contract/backend';
import type { PodView } from './views.ts';

/** The last known state of a pod. `isGone` is true once it no longer exists. */
export interface SeenPod extends PodView {
  isGone: boolean;
}

/** The pods of one run, kept up to date until disposed. */
export interface RunPods extends Disposable {
  /** False until the first list has arrived. */
  readonly isListed: boolean;
  /** Oldest first. A Job normally has one pod, but Kubernetes does not guarantee it. */
  readonly pods: readonly SeenPod[];
  /** Grows with each change. */
  readonly version: number;
  /** Resolves when the version differs from `from`, after `ms` if given, or when the signal aborts. */
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

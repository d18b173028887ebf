import type { Backend, BackendEvent, RunRef, RunToStart } from '@aideator/contract/backend';

/** Runs that the test plays itself: it gets the token of each run and ends it. */
export class HandDrivenBackend implements Backend {
  readonly name = 'local';
  readonly started: RunToStart[] = [];
  readonly cancelled: RunRef[] = [];
  readonly #gone = Promise.withResolvers<void>();

  async start(run: RunToStart): Promise<void> {
    this.started.push(run);
  }

  async *follow(): AsyncGenerator<BackendEvent> {
    await this.#gone.promise;
    yield { type: 'exit', exitCode: 0 };
  }

  async cancel({ runId, attempt }: RunRef): Promise<void> {
    this.cancelled.push({ runId, attempt });
  }

  async forget(): Promise<void> {}

  async list(): Promise<RunRef[]> {
    return [];
  }

  /** Ends all runs. */
  async close(): Promise<void> {
    this.#gone.resolve();
  }
}

type Change = (event: BackendEvent) => BackendEvent[];

/** The same backend with changed lines. `newChange` is called once per follower and returns its filter. */
export function changedLines(backend: Backend, newChange: () => Change): Backend {
  return {
    name: backend.name,
    start: (run) => backend.start(run),
    cancel: (run) => backend.cancel(run),
    forget: (run) => backend.forget(run),
    list: () => backend.list(),
    close: () => backend.close(),
    async *follow(run, signal) {
      const change = newChange();
      for await (const event of backend.follow(run, signal)) yield* change(event);
    },
  };
}

import type { Backend, BackendEvent, RunRef, RunToStart } from '@aideator/contract/backend';

/** Runs whose process is the test itself: it has the token of each and says when each is gone. */
export class HandDrivenBackend implements Backend {
  readonly name = 'local';
  readonly started: RunToStart[] = [];
  readonly stopped: RunRef[] = [];
  readonly #gone = Promise.withResolvers<void>();

  async start(run: RunToStart): Promise<void> {
    this.started.push(run);
  }

  async *follow(): AsyncGenerator<BackendEvent> {
    await this.#gone.promise;
    yield { type: 'exit', exitCode: 0 };
  }

  async stop({ runId, attempt }: RunRef): Promise<void> {
    this.stopped.push({ runId, attempt });
  }

  async forget(): Promise<void> {}

  async list(): Promise<RunRef[]> {
    return [];
  }

  /** All processes are gone. */
  async close(): Promise<void> {
    this.#gone.resolve();
  }
}

type Change = (event: BackendEvent) => BackendEvent[];

/** The same backend, whose lines come changed. `change` is made anew for each follower. */
export function changedLines(backend: Backend, newChange: () => Change): Backend {
  return {
    name: backend.name,
    start: (run) => backend.start(run),
    stop: (run) => backend.stop(run),
    forget: (run) => backend.forget(run),
    list: () => backend.list(),
    close: () => backend.close(),
    async *follow(run, signal) {
      const change = newChange();
      for await (const event of backend.follow(run, signal)) yield* change(event);
    },
  };
}

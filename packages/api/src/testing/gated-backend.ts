import type { Backend } from '@aideator/contract/backend';

/** A gate between a collector and the lines of its runs. While it is closed, the collector gets no lines. */
export function gated(): { wrap: (backend: Backend) => Backend; close: () => void; open: () => void } {
  let isOpen = Promise.resolve();
  let release = (): void => undefined;
  let isUsed = false;
  return {
    close() {
      if (isUsed) return;
      isUsed = true;
      const { promise, resolve } = Promise.withResolvers<void>();
      isOpen = promise;
      release = resolve;
    },
    open: () => release(),
    wrap: (backend) => ({
      ...backend,
      async *follow(run, signal) {
        for await (const event of backend.follow(run, signal)) {
          await isOpen;
          yield event;
        }
      },
    }),
  };
}

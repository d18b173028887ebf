import { operatorText } from '@aideator/contract/error-facts';

/** The order in which parts are stopped: a part that uses another one comes first. */
const ORDER = ['web', 'watcher', 'litellm', 'small-models', 'postgres'] as const;
export type PartName = (typeof ORDER)[number];

/** The running parts and how to stop them. */
export class Parts {
  readonly #closers = new Map<PartName, () => Promise<void>>();

  /** A restarted part replaces the earlier one. */
  add(name: PartName, close: () => Promise<void>): void {
    this.#closers.set(name, close);
  }

  /** Stops all parts one after the other, even if some fail. Returns the failures. */
  async close(): Promise<string[]> {
    const failures: string[] = [];
    for (const name of ORDER) {
      const close = this.#closers.get(name);
      this.#closers.delete(name);
      await close?.().catch((error: unknown) => failures.push(`${name}: ${operatorText(error)}`));
    }
    return failures;
  }
}

/** The order in which parts are stopped: who uses another one goes first. */
const ORDER = ['web', 'watcher', 'litellm', 'small-models', 'postgres'] as const;
export type PartName = (typeof ORDER)[number];

/** What runs, and how to stop it. */
export class Parts {
  readonly #closers = new Map<PartName, () => Promise<void>>();

  /** A part that was restarted takes the place of the one before. */
  add(name: PartName, close: () => Promise<void>): void {
    this.#closers.set(name, close);
  }

  /** Stops all, one after the other; a failing one does not keep the others. Answers what went wrong. */
  async close(): Promise<string[]> {
    const failures: string[] = [];
    for (const name of ORDER) {
      const close = this.#closers.get(name);
      this.#closers.delete(name);
      await close?.().catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
    }
    return failures;
  }
}

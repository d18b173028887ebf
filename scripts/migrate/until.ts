import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 500;
const PAUSE_JITTER_MS = 500;

export interface UntilOptions {
  seconds: number;
  /** True for an error that time may cure. */
  isNotYet: (error: unknown) => boolean;
  say: (line: string) => void;
}

/** Attempts until it answers true. Throws the first error that time does not cure, and the last one when time is up. */
export async function until(attempt: () => Promise<boolean>, options: UntilOptions): Promise<void> {
  const deadline = performance.now() + options.seconds * 1000;
  let said = '';
  for (;;) {
    let reason: Error;
    try {
      if (await attempt()) return;
      reason = new Error('its schema is not there yet');
    } catch (error) {
      if (!options.isNotYet(error)) throw error;
      reason = new Error(`it does not answer yet (${textOf(error)})`);
    }
    if (performance.now() >= deadline) throw new Error(`${reason.message}, after ${options.seconds} s`);
    if (reason.message !== said) options.say(`Waiting for the database: ${reason.message}`);
    said = reason.message;
    await delay(PAUSE_MS + Math.random() * PAUSE_JITTER_MS);
  }
}

/** An address with several IP addresses fails with an error that has no words of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

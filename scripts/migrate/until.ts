import { setTimeout as delay } from 'node:timers/promises';
import { operatorText } from '@aideator/contract/error-facts';

const PAUSE_MS = 500;
const PAUSE_JITTER_MS = 500;

export interface UntilOptions {
  seconds: number;
  /** True for an error that may go away with time. */
  isNotYet: (error: unknown) => boolean;
  say: (line: string) => void;
}

/** Calls `isDone` until it returns true. Throws the first error that will not go away, or the last one when time is up. */
export async function until(isDone: () => Promise<boolean>, options: UntilOptions): Promise<void> {
  const deadline = performance.now() + options.seconds * 1000;
  let said = '';
  for (;;) {
    let reason: Error;
    try {
      if (await isDone()) return;
      reason = new Error('its schema is missing or older');
    } catch (error) {
      if (!options.isNotYet(error)) throw error;
      reason = new Error(`it does not respond yet (${operatorText(error)})`);
    }
    if (performance.now() >= deadline) throw new Error(`${reason.message}, after ${options.seconds} s`);
    if (reason.message !== said) options.say(`Waiting for the database: ${reason.message}`);
    said = reason.message;
    await delay(PAUSE_MS + Math.random() * PAUSE_JITTER_MS);
  }
}

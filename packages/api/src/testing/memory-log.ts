import { logFacts } from '@aideator/contract/error-facts';
import type { Logger } from '../logger.ts';

/** A log that keeps its lines as text, formatted as the app's log formats them. */
export function memoryLog(): { log: Logger; text: () => string } {
  const lines: string[] = [];
  const add = (facts: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(logFacts(facts))}`);
  };
  return { log: { debug: add, info: add, warn: add, error: add }, text: () => lines.join('\n') };
}

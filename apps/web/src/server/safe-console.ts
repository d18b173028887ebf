import 'server-only';
import type { AppLog } from './log';

const METHODS = ['error', 'warn', 'log', 'info', 'debug'] as const;

/**
 * Next and libraries print errors to the console with all their properties, including the parameters of queries. After
 * this call printed errors go to the log, which keeps only what is allowed. Texts are printed unchanged.
 */
export function guardConsole(target: Pick<Console, (typeof METHODS)[number]>, log: AppLog): void {
  for (const method of METHODS) {
    const print = target[method].bind(target);
    target[method] = (...args: unknown[]): void => {
      const errors = args.filter((arg) => typeof arg === 'object' && arg !== null);
      if (errors.length === 0) print(...args);
      else log.error({ printed: errors }, 'an error was printed to the console');
    };
  }
}

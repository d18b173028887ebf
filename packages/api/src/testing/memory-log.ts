import type { Logger } from '../logger.ts';

/** Keeps all that is logged as text. */
export function memoryLog(): { log: Logger; text: () => string } {
  const lines: string[] = [];
  const add = (facts: object, message: string) => {
    const shown = JSON.stringify(facts, (_, value) =>
      value instanceof Error ? `${value.stack} ${String(value.cause ?? '')}` : value,
    );
    lines.push(`${message} ${shown}`);
  };
  return { log: { debug: add, info: add, warn: add, error: add }, text: () => lines.join('\n') };
}

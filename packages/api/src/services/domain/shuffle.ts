import { randomInt } from 'node:crypto';

/** The items in a random order, each order equally likely. */
export function shuffled<T>(items: readonly T[], below: (end: number) => number = randomInt): T[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(below(rest.length), 1));
}

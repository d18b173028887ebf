import { cpus, totalmem } from 'node:os';

/** Describes the machine, for the line above a table. */
export function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model}, ${cpus().length} cores, ${memory} GiB, Node ${process.version}`;
}

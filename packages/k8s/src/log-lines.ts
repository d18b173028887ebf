import type { Readable } from 'node:stream';
import type { RunRef } from '@aideator/contract/backend';
import { createLineSplitter } from '@aideator/contract/line-splitter';
import type { RunEvent } from '@aideator/contract/run-event';
import { z } from 'zod';

/** A line that a runner printed. */
export interface RunLine {
  text: string;
  seq: number;
  type: string;
}

const headSchema = z.object({
  runId: z.string(),
  attempt: z.number(),
  seq: z.number().int().nonnegative(),
  type: z.string(),
});

/** Returns undefined for text that this attempt did not print, such as a message of the node or half a line. */
export function readLine(text: string, run: RunRef): RunLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const { runId, attempt, seq, type } = headSchema.parse(JSON.parse(text));
    return runId === run.runId && attempt === run.attempt ? { text, seq, type } : undefined;
  } catch {
    return undefined;
  }
}

const TERMINAL_TYPES: ReadonlySet<string> = new Set<RunEvent['type']>(['completed', 'failed', 'cancelled']);

/** True for the last line of a run. */
export function isTerminal({ type }: RunLine): boolean {
  return TERMINAL_TYPES.has(type);
}

export interface Silence {
  /** How long a connection may go without data, in milliseconds. */
  silenceMs: number;
  /** The same limit once `over` has aborted. */
  drainMs: number;
  over: AbortSignal;
}

/** Yields lines as they arrive. Throws if the connection breaks or is silent for too long. The consumer's own time does not count. */
export async function* linesOf(stream: Readable, silence: Silence): AsyncGenerator<string> {
  const splitter = createLineSplitter();
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    clearTimeout(timer);
    const ms = silence.over.aborted ? silence.drainMs : silence.silenceMs;
    timer = setTimeout(() => stream.destroy(new Error(`no data for ${ms} ms`)), ms);
  };
  silence.over.addEventListener('abort', arm, { once: true });
  try {
    arm();
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      yield* splitter.push(bytes);
      arm();
    }
    yield* splitter.end();
  } finally {
    clearTimeout(timer);
    silence.over.removeEventListener('abort', arm);
    stream.destroy();
  }
}

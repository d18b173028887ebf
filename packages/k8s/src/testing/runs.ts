import type { Backend, BackendEvent, RunRef, RunToStart } from '@aideator/contract/backend';
import { newId } from '@aideator/contract/ids';
import { parseRunEventLine } from '@aideator/contract/run-event';

/** A run to start, with a token that is easy to search for. */
export function newRun(changed: Partial<RunToStart> = {}): RunToStart {
  return {
    runId: newId('run'),
    attempt: 1,
    turnId: newId('turn'),
    responseId: newId('response'),
    model: 'openai/gpt-5.2',
    token: 't'.repeat(40),
    timeoutSeconds: 60,
    ...changed,
  };
}

/** A line in the format of a runner. */
export function runLine(run: RunRef, seq: number, body: Record<string, unknown>): string {
  const head = { v: 1, runId: run.runId, attempt: run.attempt, seq, at: '2026-01-01T00:00:00.000Z' };
  return JSON.stringify({ ...head, ...body });
}

/** All lines of a run: its start, one line per text, its end. */
export function runLines(run: RunRef, texts: readonly string[]): string[] {
  const bodies = [
    { type: 'started', model: 'test' },
    ...texts.map((text) => ({ type: 'delta', text })),
    { type: 'completed', recorded: true, finishReason: 'stop' },
  ];
  return bodies.map((body, seq) => runLine(run, seq, body));
}

/** Collects all events of a run up to its exit. */
export async function collect(
  backend: Backend,
  run: RunRef,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ lines: string[]; exits: Extract<BackendEvent, { type: 'exit' }>[] }> {
  const lines: string[] = [];
  const exits: Extract<BackendEvent, { type: 'exit' }>[] = [];
  for await (const event of backend.follow(run, signal)) {
    if (event.type === 'line') lines.push(event.line);
    else exits.push(event);
  }
  return { lines, exits };
}

/** Parses the lines of a run. */
export function parseLines(lines: readonly string[]) {
  const events = lines.map((line) => parseRunEventLine(line));
  const text = events.map((event) => (event?.type === 'delta' ? event.text : '')).join('');
  return { text, seqs: events.map((event) => event?.seq), last: events.at(-1) };
}

/** Resolves when a line contains the text. */
export async function untilText(backend: Backend, run: RunRef, text: string): Promise<void> {
  for await (const event of backend.follow(run, new AbortController().signal)) {
    if (event.type === 'line' && event.line.includes(text)) return;
    if (event.type === 'exit') throw new Error(`ended before ${text}: ${JSON.stringify(event)}`);
  }
}

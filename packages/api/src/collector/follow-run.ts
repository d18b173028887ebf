import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Backend, RunRef, RunToStart } from '@aideator/contract/backend';
import { AppError, type ErrorInfo } from '@aideator/contract/errors';
import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import type { RunResult } from '@aideator/contract/hand-over';
import {
  isTerminalEvent,
  parseRunEventLine,
  type RunEvent,
  type TerminalRunEvent,
} from '@aideator/contract/run-event';
import type { Logger } from '../logger.ts';
import { createReplay } from './replay.ts';
import { patchOf } from './run-events.ts';
import type { RunRecords } from './run-records.ts';

/** A run to be followed to its end. */
export interface RunToFollow extends RunRef {
  responseId: string;
  /** Absent: it was started before, by whoever collected the turn then; its log is read again from the first line. */
  toStart?: RunToStart;
}

export interface FollowContext {
  backend: Backend;
  records: RunRecords;
  log: Logger;
  turn: { turnId: string; epoch: number };
  patch: (change: ResponsePatch) => void;
  /** Aborted when the turn is left to another collector: from then on the run and its record are not touched. */
  signal: AbortSignal;
}

export interface RunView {
  state: () => ResponseState | undefined;
  isCancelled: () => boolean;
}

/** How the log of a run ended. */
interface LogEnd {
  terminal?: TerminalRunEvent;
  error?: ErrorInfo;
  /** Nobody listens to the run any more, and it may go on. */
  isBroken?: boolean;
}

const RECORD_TRIES = 6;
const RECORD_BACKOFF_MS = 500;

/**
 * Follows one run to its end and settles its outcome, after starting it where that is asked. Never rejects: a failure is
 * this panel's alone.
 */
export async function followRun(context: FollowContext, run: RunToFollow, view: RunView): Promise<void> {
  const { backend, log, signal } = context;
  const end = await readToEnd(context, run, view);
  if (signal.aborted) return;
  try {
    await settle(context, run, { end, view });
  } catch (error) {
    if (signal.aborted) return;
    // Another attempt has the panel, or another collector the turn.
    if (error instanceof AppError && error.code === 'conflict') return;
    // Not freed: whoever takes the turn next reads the log once more and records what it says.
    log.error({ err: error, runId: run.runId }, 'the outcome of a run could not be recorded');
    context.patch({ responseId: run.responseId, status: 'failed', error: { code: 'unavailable' } });
    return;
  }
  // After the record: a run that is told to end hands over that it was.
  if (end.isBroken) await backend.stop(run).catch(() => undefined);
  await backend
    .forget(run)
    .catch((error: unknown) => log.warn({ err: error, runId: run.runId }, 'a run was not freed'));
}

async function readToEnd(context: FollowContext, run: RunToFollow, view: RunView): Promise<LogEnd> {
  const { backend, log, signal } = context;
  try {
    if (run.toStart) await backend.start(run.toStart);
    if (signal.aborted) return {};
    // Stop may have come while the start was under way, when there was nothing to stop yet.
    if (view.isCancelled()) await backend.stop(run);
    return await readLog(context, run, view);
  } catch (error) {
    if (signal.aborted) return {};
    log.warn({ err: error, runId: run.runId }, 'a run could not be followed');
    return { error: error instanceof AppError ? error.toInfo() : { code: 'internal' }, isBroken: true };
  }
}

async function readLog(context: FollowContext, run: RunToFollow, view: RunView): Promise<LogEnd> {
  const patchFor = run.toStart ? livePatches() : replayedPatches(view.state());
  let nextSeq = 0;
  let terminal: TerminalRunEvent | undefined;
  for await (const event of context.backend.follow(run, context.signal)) {
    if (event.type === 'exit') {
      return { ...(terminal ? { terminal } : {}), ...(event.error ? { error: event.error } : {}) };
    }
    const runEvent = parseRunEventLine(event.line);
    if (!runEvent || runEvent.runId !== run.runId || runEvent.attempt !== run.attempt) continue;
    if (runEvent.seq < nextSeq) continue;
    if (runEvent.seq > nextSeq) {
      context.log.warn(
        { runId: run.runId, expected: nextSeq, got: runEvent.seq },
        'lines of a run are missing',
      );
    }
    nextSeq = runEvent.seq + 1;
    if (isTerminalEvent(runEvent)) {
      terminal = runEvent;
      if (terminal.recorded) return { terminal };
      continue;
    }
    const state = view.state();
    const change = state && patchFor(runEvent, state);
    if (change) context.patch(change);
  }
  return terminal ? { terminal } : { error: { code: 'interrupted' } };
}

type PatchFor = (event: RunEvent, state: ResponseState) => ResponsePatch | undefined;

function livePatches(): PatchFor {
  const startedMs = performance.now();
  return (event, state) => patchOf(event, state, performance.now() - startedMs);
}

function replayedPatches(shown: ResponseState | undefined): PatchFor {
  return shown ? createReplay(shown) : () => undefined;
}

/** Makes the panel show exactly what is stored, after storing what the runner could not hand over itself. */
async function settle(
  context: FollowContext,
  run: RunToFollow,
  how: { end: LogEnd; view: RunView },
): Promise<void> {
  const state = how.view.state();
  // A newer attempt has the panel.
  if (!state || state.attempt !== run.attempt) return;
  const stored = await withRetries(async () => {
    const recorded = await context.records.outcome(run);
    if (recorded) return recorded;
    const result = resultFromLog(state, how.end, how.view.isCancelled());
    await context.records.record({ ...run, epoch: context.turn.epoch }, result);
    return context.records.outcome(run);
  }, context.signal);
  if (!stored) throw new AppError('internal', 'a recorded run has no outcome');
  context.patch(finalPatch(state, stored));
}

async function withRetries<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await task();
    } catch (error) {
      if (tries >= RECORD_TRIES || signal.aborted || error instanceof AppError) throw error;
      await delay(RECORD_BACKOFF_MS * 2 ** tries * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

/** The difference between what was streamed and what is stored; the whole text again where they differ. */
function finalPatch(state: ResponseState, stored: ResponseState): ResponsePatch {
  const { text, reasoning, position: _, ...facts } = stored;
  const same = state.text === text && state.reasoning === reasoning && state.attempt === stored.attempt;
  return same ? facts : { ...facts, reset: true, text, reasoning };
}

/** The outcome as the log tells it, for a run that is gone without a record. */
function resultFromLog(state: ResponseState, end: LogEnd, cancelled: boolean): RunResult {
  const { terminal } = end;
  const body = {
    text: state.text,
    reasoning: state.reasoning,
    textSha256: createHash('sha256').update(state.text, 'utf8').digest('hex'),
    timings: terminal?.timings ?? state.timings ?? { totalMs: 0 },
    ...(terminal?.usage || state.usage ? { usage: terminal?.usage ?? state.usage } : {}),
  };
  return { ...body, outcome: outcomeFromLog(body.textSha256, end, cancelled) };
}

function outcomeFromLog(
  textSha256: string,
  { terminal, error }: LogEnd,
  cancelled: boolean,
): RunResult['outcome'] {
  if (terminal?.type === 'completed' && terminal.textSha256 === textSha256) {
    return { status: 'completed', finishReason: terminal.finishReason };
  }
  if (terminal?.type === 'completed') {
    return {
      status: 'failed',
      error: { code: 'stream_broken', detail: 'Part of the answer did not arrive.' },
    };
  }
  if (terminal?.type === 'cancelled' || (!terminal && cancelled)) return { status: 'cancelled' };
  return { status: 'failed', error: terminal?.error ?? error ?? { code: 'runner_crashed' } };
}

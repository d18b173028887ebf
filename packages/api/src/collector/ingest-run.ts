import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Backend, RunRef, RunToStart } from '@aideator/contract/backend';
import { AppError, type ErrorInfo } from '@aideator/contract/errors';
import type { ResponsePatch, ResponseState } from '@aideator/contract/frames';
import type { RunResult } from '@aideator/contract/hand-over';
import type { ResponseId, TurnId, UserId } from '@aideator/contract/ids';
import {
  isTerminalEvent,
  parseRunEventLine,
  type RunEvent,
  type TerminalRunEvent,
} from '@aideator/contract/run-event';
import type { Logger } from '../logger.ts';
import { createReplay } from './replay.ts';
import { patchOf } from './run-events.ts';
import type { RunPlaces } from './run-places.ts';
import type { RunRecords } from './run-records.ts';

/** A run to ingest to its end. */
export interface RunToIngest extends RunRef {
  responseId: ResponseId;
  /** Absent when an earlier collector started the run. Its log is then read again from the first line. */
  toStart?: RunToStart;
  /** True if the run got its place when it was stored. Otherwise its start waits for one. */
  hasPlace?: boolean;
}

export interface IngestContext {
  backend: Backend;
  records: RunRecords;
  places: RunPlaces;
  log: Logger;
  turn: { turnId: TurnId; epoch: number; userId: UserId };
  patch: (change: ResponsePatch) => void;
  /** Aborted when the turn is left to another collector. From then on neither the run nor its record is touched. */
  signal: AbortSignal;
}

export interface RunView {
  state: () => ResponseState | undefined;
  isCancelled: () => boolean;
  /** Aborted when the person cancels the run, which ends its wait for a place. */
  cancelledWhileWaiting: AbortSignal;
}

/** How the log of a run ended. */
interface LogEnd {
  terminal?: TerminalRunEvent;
  error?: ErrorInfo;
  /** This collector stopped ingesting the run, which may continue. */
  isBroken?: boolean;
}

const RECORD_TRIES = 6;
const RECORD_BACKOFF_MS = 500;

/**
 * Starts one run if asked, ingests it to its end and settles its outcome. Never rejects: a failure concerns only this
 * response.
 */
export async function ingestRun(context: IngestContext, run: RunToIngest, view: RunView): Promise<void> {
  const { backend, log, signal } = context;
  const end = await readToEnd(context, run, view);
  if (signal.aborted) return;
  try {
    await settle(context, run, { end, view });
  } catch (error) {
    if (signal.aborted) return;
    // The response has a newer attempt, or the turn another collector.
    if (error instanceof AppError && error.code === 'conflict') return;
    // Not freed, because the next collector reads the log again and records the outcome from it.
    log.error({ err: error, runId: run.runId }, 'the outcome of a run could not be recorded');
    context.patch({ responseId: run.responseId, status: 'failed', error: { code: 'unavailable' } });
    return;
  }
  context.places.freed(context.turn.userId);
  // Only after the record, because a run that is asked to end hands over `cancelled` or `interrupted`.
  if (end.isBroken) await backend.cancel(run).catch(() => undefined);
  await backend
    .forget(run)
    .catch((error: unknown) => log.warn({ err: error, runId: run.runId }, 'a run was not freed'));
}

async function readToEnd(context: IngestContext, run: RunToIngest, view: RunView): Promise<LogEnd> {
  const { backend, log, signal } = context;
  try {
    if (run.toStart) {
      if (!run.hasPlace) await waitForPlace(context, run, view);
      if (signal.aborted || view.isCancelled()) return {};
      await backend.start(run.toStart);
    }
    if (signal.aborted) return {};
    // A cancel during the start found no run to cancel yet.
    if (view.isCancelled()) await backend.cancel(run);
    return await readLog(context, run, view);
  } catch (error) {
    if (signal.aborted) return {};
    log.warn({ err: error, runId: run.runId }, 'a run could not be ingested');
    return { error: error instanceof AppError ? error.toInfo() : { code: 'internal' }, isBroken: true };
  }
}

async function waitForPlace(context: IngestContext, run: RunToIngest, view: RunView): Promise<void> {
  const { places, turn, signal } = context;
  const { runId, responseId } = run;
  await places.take({
    userId: turn.userId,
    runId,
    signal: AbortSignal.any([signal, view.cancelledWhileWaiting]),
    onWait: (runsAhead) => context.patch({ responseId, status: 'waiting', runsAhead }),
  });
  const isShownWaiting = view.state()?.runsAhead !== undefined;
  if (isShownWaiting && !signal.aborted && !view.isCancelled())
    context.patch({ responseId, status: 'pending' });
}

async function readLog(context: IngestContext, run: RunToIngest, view: RunView): Promise<LogEnd> {
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

/** Records the outcome if the runner could not hand it over, then streams exactly what is stored. */
async function settle(
  context: IngestContext,
  run: RunToIngest,
  how: { end: LogEnd; view: RunView },
): Promise<void> {
  const state = how.view.state();
  // The response has a newer attempt.
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

/** The patch from the streamed state to the stored one. Contains the whole text if the texts differ. */
function finalPatch(state: ResponseState, stored: ResponseState): ResponsePatch {
  const { text, reasoning, position: _, ...facts } = stored;
  const same = state.text === text && state.reasoning === reasoning && state.attempt === stored.attempt;
  return same ? facts : { ...facts, reset: true, appendText: text, appendReasoning: reasoning };
}

/** The outcome according to the log, for a run that is gone without a record. */
function resultFromLog(state: ResponseState, end: LogEnd, cancelled: boolean): RunResult {
  const { terminal } = end;
  const body = {
    text: state.text,
    reasoning: state.reasoning,
    textSha256: createHash('sha256').update(state.text, 'utf8').digest('hex'),
    timings: terminal?.timings ?? state.timings ?? { totalMs: 0 },
    ...(state.citations ? { citations: state.citations } : {}),
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

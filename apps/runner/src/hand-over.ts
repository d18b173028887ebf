import type { CompleteInput, RunResult } from '@aideator/contract/hand-over';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import { type CallbackDeps, callServer } from './callback.ts';
import type { Claimant } from './claim.ts';

export interface HandOverDeps extends CallbackDeps {
  /** How long the hand-over is tried at most. */
  handOverMs: number;
  /** The same after a stop signal: the process will be killed soon, and must print its last line before that. */
  stopHandOverMs: number;
}

/** Aborts after `afterMs`, or `stopMs` after a stop signal, whichever comes first. Call `clear` when done. */
function limit(times: { afterMs: number; stopMs: number }, stop: AbortSignal) {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timers = [setTimeout(abort, times.afterMs)];
  const onStop = (): void => void timers.push(setTimeout(abort, times.stopMs));
  if (stop.aborted) onStop();
  else stop.addEventListener('abort', onStop, { once: true });
  const clear = (): void => {
    stop.removeEventListener('abort', onStop);
    for (const timer of timers) clearTimeout(timer);
  };
  return { signal: controller.signal, clear };
}

/**
 * Hands the result over to the server. Returns true when the server has recorded it, and false when it refused or could
 * not be reached in time; the collector then records from the lines. Never throws.
 */
export async function handOver(
  result: RunResult,
  deps: HandOverDeps & { who: Claimant },
  stop: AbortSignal,
): Promise<boolean> {
  const { runId, attempt, token, nonce } = deps.who;
  const input: CompleteInput = { v: PROTOCOL_VERSION, runId, attempt, token, nonce, result };
  const { signal, clear } = limit({ afterMs: deps.handOverMs, stopMs: deps.stopHandOverMs }, stop);
  try {
    const reply = await callServer('run.complete', input, { ...deps, signal });
    if (reply.type !== 'data') return false;
    const { data } = reply;
    return typeof data === 'object' && data !== null && 'recorded' in data && data.recorded === true;
  } finally {
    clear();
  }
}

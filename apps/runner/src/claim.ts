import type { ErrorInfo } from '@aideator/contract/errors';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import type { ClaimInput, RunSpec } from '@aideator/contract/run-spec';
import { type CallbackDeps, callServer } from './callback.ts';
import { readRunSpec } from './spec.ts';

/** `aborted`: the signal ended it before the server answered. */
export type ClaimOutcome =
  | { type: 'claimed'; spec: RunSpec }
  | { type: 'refused'; error: ErrorInfo }
  | { type: 'aborted' };

/** Which run a process speaks for. */
export interface Claimant {
  runId: string;
  attempt: number;
  token: string;
  nonce: string;
}

export interface ClaimDeps extends CallbackDeps {
  /** Longest that the claim is tried. */
  claimMs: number;
}

/** Trades the one-use token for the run spec. Never throws. */
export async function claimRun(who: Claimant, deps: ClaimDeps, stop: AbortSignal): Promise<ClaimOutcome> {
  const { runId, attempt, token, nonce } = who;
  const input: ClaimInput = { v: PROTOCOL_VERSION, runId, attempt, token, nonce };
  const signal = AbortSignal.any([stop, AbortSignal.timeout(deps.claimMs)]);
  const answer = await callServer('run.claim', input, { ...deps, signal });
  if (answer.type === 'refused') {
    const code = answer.appCode === 'run_protocol' ? 'run_protocol' : 'run_claim_refused';
    return { type: 'refused', error: { code, detail: `The server answered ${answer.status}.` } };
  }
  if (answer.type === 'unanswered') {
    if (stop.aborted) return { type: 'aborted' };
    return {
      type: 'refused',
      error: { code: 'run_start_failed', detail: `The server did not answer the claim: ${answer.detail}.` },
    };
  }
  const spec = readRunSpec(answer.data, who);
  return typeof spec === 'string'
    ? { type: 'refused', error: { code: 'run_protocol', detail: spec } }
    : { type: 'claimed', spec };
}

import type { ErrorInfo } from '@aideator/contract/errors';
import type { RunId } from '@aideator/contract/ids';
import { PROTOCOL_VERSION } from '@aideator/contract/protocol';
import type { ClaimInput, RunSpec } from '@aideator/contract/run-spec';
import { type CallbackDeps, callServer } from './callback.ts';
import { readRunSpec } from './spec.ts';

/** `aborted`: the signal ended the claim before the server replied. */
export type ClaimOutcome =
  | { type: 'claimed'; spec: RunSpec }
  | { type: 'refused'; error: ErrorInfo }
  | { type: 'aborted' };

/** The run that this process executes, and how it proves that. */
export interface Claimant {
  runId: RunId;
  attempt: number;
  token: string;
  nonce: string;
}

export interface ClaimDeps extends CallbackDeps {
  /** How long the claim is tried at most. */
  claimMs: number;
}

/** Exchanges the one-use token for the run spec. Never throws. */
export async function requestClaim(who: Claimant, deps: ClaimDeps, stop: AbortSignal): Promise<ClaimOutcome> {
  const { runId, attempt, token, nonce } = who;
  const input: ClaimInput = { v: PROTOCOL_VERSION, runId, attempt, token, nonce };
  const signal = AbortSignal.any([stop, AbortSignal.timeout(deps.claimMs)]);
  const reply = await callServer('run.claim', input, { ...deps, signal });
  if (reply.type === 'refused') {
    const code = reply.appCode === 'run_protocol' ? 'run_protocol' : 'run_claim_refused';
    return { type: 'refused', error: { code, detail: `The server returned ${reply.status}.` } };
  }
  if (reply.type === 'unanswered') {
    if (stop.aborted) return { type: 'aborted' };
    return {
      type: 'refused',
      error: { code: 'run_start_failed', detail: `The server did not reply to the claim: ${reply.detail}.` },
    };
  }
  const spec = readRunSpec(reply.data, who);
  return typeof spec === 'string'
    ? { type: 'refused', error: { code: 'run_protocol', detail: spec } }
    : { type: 'claimed', spec };
}

import type { RunResult } from '@aideator/contract/hand-over';
import { ask } from './ask.ts';
import type { CallbackDeps } from './callback.ts';
import { type Claimant, requestClaim } from './claim.ts';
import type { Emitter } from './emit.ts';
import { handOver } from './hand-over.ts';
import type { Post } from './http.ts';
import { EXIT_CODES, resultOf } from './outcome.ts';
import { createRedactor } from './redact.ts';
import type { RetryPolicy } from './retry.ts';

export interface RunDeps {
  who: Claimant;
  emitter: Emitter;
  post: Post;
  callbackUrl: string;
  random: () => number;
  /** Aborted by SIGTERM, SIGINT, or the end of the parent. */
  stop: AbortSignal;
  times: RunTimes;
}

/** Time limits in milliseconds. */
export interface RunTimes {
  claimMs: number;
  handOverMs: number;
  /** Limit of the hand-over after a stop signal. Must be shorter than the backend's wait before it kills the process. */
  stopHandOverMs: number;
  callbackRetry: RetryPolicy;
  gatewayRetry: RetryPolicy;
}

export const RUN_TIMES: RunTimes = {
  claimMs: 20_000,
  handOverMs: 60_000,
  stopHandOverMs: 1_000,
  callbackRetry: { baseMs: 200, capMs: 5_000 },
  gatewayRetry: { baseMs: 1_000, capMs: 15_000 },
};

const NOTHING: RunResult = {
  outcome: { status: 'cancelled' },
  text: '',
  reasoning: '',
  // SHA-256 of an empty text.
  textSha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  timings: { totalMs: 0 },
};

/**
 * Executes one run: claims it, calls the gateway, hands over the result, and prints the last event. Prints through the
 * emitter and returns the exit code (EXIT_CODES). A stop signal turns an unfinished run into `cancelled`. A complete response keeps
 * its outcome, since it may have been recorded.
 */
export async function run(deps: RunDeps): Promise<number> {
  const { who, emitter, stop, times } = deps;
  const callback: CallbackDeps = { ...deps, retry: times.callbackRetry };
  const claim = await requestClaim(who, { ...callback, claimMs: times.claimMs }, stop);
  if (claim.type === 'refused') {
    emitter.fail(claim.error);
    return EXIT_CODES.refused;
  }
  const handOverDeps = { ...callback, ...times, who };
  // The server may have accepted the claim although its reply did not arrive.
  if (claim.type === 'aborted') return finish(NOTHING, await handOver(NOTHING, handOverDeps, stop), emitter);
  const { spec } = claim;
  const firstTokenLimitMs = Math.round(spec.limits.firstTokenTimeoutSeconds * 1_000);
  emitter.event({ type: 'started', model: spec.model, firstTokenLimitMs });
  const redact = createRedactor([spec.providerKey, spec.gateway.apiKey, who.token]);
  const response = await ask(spec, { ...deps, retry: times.gatewayRetry, redact });
  const result = resultOf(response, spec.messages);
  if (result.usage) emitter.event({ type: 'usage', usage: result.usage });
  return finish(result, await handOver(result, handOverDeps, stop), emitter);
}

function finish(result: RunResult, recorded: boolean, emitter: Emitter): number {
  const { outcome, usage, timings, textSha256 } = result;
  const common = { recorded, ...(usage ? { usage } : {}), timings, textSha256 };
  switch (outcome.status) {
    case 'completed':
      emitter.event({ type: 'completed', finishReason: outcome.finishReason, ...common });
      break;
    case 'failed':
      emitter.event({ type: 'failed', error: outcome.error, ...common });
      break;
    case 'cancelled':
      emitter.event({ type: 'cancelled', ...common });
      break;
  }
  return EXIT_CODES[outcome.status];
}

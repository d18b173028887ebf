import { setTimeout as sleep } from 'node:timers/promises';
import type { RunSpec } from '@aideator/contract/run-spec';
import { type Answer, AnswerBuilder, type Ending } from './answer.ts';
import type { Emitter } from './emit.ts';
import type { GatewayFailure } from './failure.ts';
import { type GatewayEvent, streamChat } from './gateway.ts';
import type { Post } from './http.ts';
import type { Redactor } from './redact.ts';
import { type RetryPolicy, retryDelayMs } from './retry.ts';

export interface AskDeps {
  emitter: Emitter;
  post: Post;
  retry: RetryPolicy;
  random: () => number;
  redact: Redactor;
  /** Aborted when the person or the operator stops the run. */
  stop: AbortSignal;
}

const ANSWERED_BY_CHARS_MAX = 300;
const TIMER_MS_MAX = 2 ** 31 - 1;
const round = (ms: number): number => Math.round(ms * 10) / 10;

/** Asks the gateway, again if it failed before the first token, and prints what comes meanwhile. */
export function ask(spec: RunSpec, deps: AskDeps): Promise<Answer> {
  return new Asking(spec, deps).run();
}

class Asking {
  readonly #spec: RunSpec;
  readonly #deps: AskDeps;
  readonly #builder: AnswerBuilder;
  readonly #startedAt = performance.now();
  readonly #deadline: AbortSignal;
  readonly #signal: AbortSignal;
  #found: Pick<Answer, 'usage' | 'answeredBy' | 'firstTokenMs'> = {};

  constructor(spec: RunSpec, deps: AskDeps) {
    this.#spec = spec;
    this.#deps = deps;
    this.#builder = new AnswerBuilder(spec.limits.answerBytesMax);
    this.#deadline = AbortSignal.timeout(
      Math.min(TIMER_MS_MAX, Math.ceil(spec.limits.timeoutSeconds * 1_000)),
    );
    this.#signal = AbortSignal.any([deps.stop, this.#deadline]);
  }

  async run(): Promise<Answer> {
    const ending = await this.#askUntilAnswered();
    const left = this.#builder.end();
    this.#deps.emitter.delta(left);
    const { text, reasoning } = this.#builder.whole();
    return { ending, text, reasoning, ...this.#found, totalMs: round(performance.now() - this.#startedAt) };
  }

  async #askUntilAnswered(): Promise<Ending> {
    for (let attempts = 1; ; attempts += 1) {
      const end = await this.#askOnce();
      if (!('failure' in end)) return end.ending;
      if (this.#builder.began || !end.failure.retryable) return this.#failed(end.failure);
      const waited = await this.#wait(end.failure, attempts);
      if (!waited) return this.#failed(end.failure);
      if (this.#signal.aborted) return this.#aborted();
    }
  }

  /** One call of the gateway, to its end. */
  async #askOnce(): Promise<{ ending: Ending } | { failure: GatewayFailure }> {
    const { emitter, post } = this.#deps;
    for await (const event of streamChat(this.#spec, { post, signal: this.#signal })) {
      if (event.type === 'error') return { failure: event.failure };
      if (event.type === 'finish') return { ending: { type: 'finished', reason: event.reason } };
      this.#take(event);
      if (this.#builder.full) return { ending: { type: 'failed', error: { code: 'answer_too_long' } } };
      await emitter.ready(this.#signal);
    }
    return { ending: this.#aborted() };
  }

  #take(event: Exclude<GatewayEvent, { type: 'error' | 'finish' }>): void {
    if (event.type === 'usage') this.#found.usage = event.usage;
    else if (event.type === 'model') {
      this.#found.answeredBy ??= this.#deps.redact(event.model).slice(0, ANSWERED_BY_CHARS_MAX);
    } else {
      this.#found.firstTokenMs ??= round(performance.now() - this.#startedAt);
      const shown = this.#builder.add(event.type, event.text);
      if (shown !== '') this.#deps.emitter.delta({ [event.type]: shown });
    }
  }

  /** False when there will be no other try. */
  async #wait(failure: GatewayFailure, attempts: number): Promise<boolean> {
    const { attemptsMax, timeoutSeconds } = this.#spec.limits;
    const remainingMs = timeoutSeconds * 1_000 - (performance.now() - this.#startedAt);
    const question = { attempts, attemptsMax, remainingMs, retryAfterMs: failure.retryAfterMs };
    const delayMs = retryDelayMs(question, this.#deps.retry, this.#deps.random);
    if (delayMs === undefined) return false;
    const retryAt = new Date(Date.now() + delayMs).toISOString();
    this.#deps.emitter.event({ type: 'waiting', error: this.#safe(failure), retryAt });
    // Aborting only ends the wait; the caller looks at the signal.
    await sleep(delayMs, undefined, { signal: this.#signal }).catch(() => {});
    return true;
  }

  #safe({ error }: GatewayFailure): GatewayFailure['error'] {
    return error.detail === undefined ? error : { code: error.code, detail: this.#deps.redact(error.detail) };
  }

  #failed(failure: GatewayFailure): Ending {
    return { type: 'failed', error: this.#safe(failure) };
  }

  #aborted(): Ending {
    return this.#deps.stop.aborted ? { type: 'stopped' } : { type: 'failed', error: { code: 'run_timeout' } };
  }
}

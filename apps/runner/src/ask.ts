import { setTimeout as sleep } from 'node:timers/promises';
import { type Citation, mergeCitations } from '@aideator/contract/citations';
import { hasWord } from '@aideator/contract/first-word';
import { STORED_INTEGER_MAX } from '@aideator/contract/limits';
import type { RunSpec } from '@aideator/contract/run-spec';
import type { Emitter } from './emit.ts';
import type { GatewayFailure } from './failure.ts';
import { streamChat } from './gateway.ts';
import type { Post } from './http.ts';
import { type Ending, type ModelResponse, ResponseBuilder } from './model-response.ts';
import type { Redactor } from './redact.ts';
import type { GatewayEvent } from './reply.ts';
import { type RetryPolicy, retryDelayMs } from './retry.ts';
import { type ThoughtPiece, ThoughtSplitter } from './thoughts.ts';

export interface AskDeps {
  emitter: Emitter;
  post: Post;
  retry: RetryPolicy;
  random: () => number;
  redact: Redactor;
  /** Aborted by SIGTERM, SIGINT, or the end of the parent. */
  stop: AbortSignal;
}

const ANSWERED_BY_CHARS_MAX = 300;
const TIMER_MS_MAX = 2 ** 31 - 1;
const round = (ms: number): number => Math.round(ms * 10) / 10;

/** Calls the gateway, retries failures before the first token, and prints what arrives. */
export function ask(spec: RunSpec, deps: AskDeps): Promise<ModelResponse> {
  return new Asking(spec, deps).run();
}

class Asking {
  readonly #spec: RunSpec;
  readonly #deps: AskDeps;
  readonly #builder: ResponseBuilder;
  readonly #thoughts = new ThoughtSplitter();
  readonly #startedAt = performance.now();
  readonly #deadline: AbortSignal;
  readonly #signal: AbortSignal;
  #citations: Citation[] = [];
  #answeredBy: string | undefined;
  #found: Pick<ModelResponse, 'usage' | 'firstTokenMs' | 'firstTextMs'> = {};

  constructor(spec: RunSpec, deps: AskDeps) {
    this.#spec = spec;
    this.#deps = deps;
    this.#builder = new ResponseBuilder(spec.limits.answerBytesMax);
    this.#deadline = AbortSignal.timeout(
      Math.min(TIMER_MS_MAX, Math.ceil(spec.limits.timeoutSeconds * 1_000)),
    );
    this.#signal = AbortSignal.any([deps.stop, this.#deadline]);
  }

  async run(): Promise<ModelResponse> {
    const ending = await this.#askUntilAnswered();
    for (const piece of this.#thoughts.end()) this.#takePiece(piece);
    const left = this.#builder.end();
    this.#seeText(left.text);
    this.#deps.emitter.delta(left);
    const { text, reasoning } = this.#builder.whole();
    const totalMs = this.#elapsedMs();
    return { ending, text, reasoning, citations: this.#citations, ...this.#found, ...this.#named(), totalMs };
  }

  async #askUntilAnswered(): Promise<Ending> {
    for (let tries = 1; ; tries += 1) {
      const end = await this.#askOnce();
      if (!('failure' in end)) return end.ending;
      if (this.#builder.began || !end.failure.retryable) return this.#failed(end.failure);
      const waited = await this.#wait(end.failure, tries);
      if (!waited) return this.#failed(end.failure);
      if (this.#signal.aborted) return this.#aborted();
      const firstTokenLimitMs = Math.round(this.#spec.limits.firstTokenTimeoutSeconds * 1_000);
      this.#deps.emitter.event({ type: 'retrying', firstTokenLimitMs });
    }
  }

  /** Reads one call of the gateway to its end. */
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
    switch (event.type) {
      case 'usage':
        this.#found.usage = event.usage;
        break;
      case 'model':
        this.#answeredBy ??= event.model;
        break;
      case 'citations':
        this.#takeCitations(event.citations);
        break;
      case 'text':
        this.#begin();
        for (const piece of this.#thoughts.push(event.text)) this.#takePiece(piece);
        break;
      case 'reasoning':
        this.#begin();
        this.#thoughts.sawReasoning();
        this.#takePiece(event);
        break;
    }
  }

  /** Redacts the model's name only now, because the first redaction is slow and the name comes with the first token. */
  #named(): Pick<ModelResponse, 'answeredBy'> {
    const name = this.#answeredBy;
    if (name === undefined) return {};
    const safe = name === this.#spec.model ? name : this.#deps.redact(name);
    return { answeredBy: safe.slice(0, ANSWERED_BY_CHARS_MAX) };
  }

  #begin(): void {
    this.#builder.begin();
    this.#found.firstTokenMs ??= this.#elapsedMs();
  }

  #seeText(shown: string): void {
    if (this.#found.firstTextMs === undefined && hasWord(shown)) this.#found.firstTextMs = this.#elapsedMs();
  }

  #elapsedMs(): number {
    return round(performance.now() - this.#startedAt);
  }

  #takePiece(piece: ThoughtPiece): void {
    if (piece.type === 'moved') {
      this.#builder.moveText();
      delete this.#found.firstTextMs;
      this.#deps.emitter.event({ type: 'text_moved' });
      return;
    }
    const shown = this.#builder.add(piece.type, piece.text);
    if (piece.type === 'text') this.#seeText(shown);
    if (shown !== '') this.#deps.emitter.delta({ [piece.type]: shown });
  }

  #takeCitations(given: readonly Citation[]): void {
    const merged = mergeCitations(this.#citations, given);
    const fresh = merged.filter((citation) => !this.#citations.includes(citation));
    this.#citations = merged;
    // One per line: a line has a size limit.
    for (const citation of fresh) this.#deps.emitter.event({ type: 'citations', citations: [citation] });
  }

  /** Returns false when there is no other try. */
  async #wait(failure: GatewayFailure, tries: number): Promise<boolean> {
    const { triesMax, timeoutSeconds } = this.#spec.limits;
    const remainingMs = timeoutSeconds * 1_000 - (performance.now() - this.#startedAt);
    const question = { tries, triesMax, remainingMs, retryAfterMs: failure.retryAfterMs };
    const delayMs = retryDelayMs(question, this.#deps.retry, this.#deps.random);
    if (delayMs === undefined) return false;
    this.#deps.emitter.event({
      type: 'waiting',
      error: this.#safe(failure),
      retryInMs: Math.min(Math.round(delayMs), STORED_INTEGER_MAX),
      retryAt: new Date(Date.now() + delayMs).toISOString(),
    });
    // Aborting only ends the wait; the caller checks the signal.
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
    return this.#deps.stop.aborted
      ? { type: 'cancelled' }
      : { type: 'failed', error: { code: 'run_timeout' } };
  }
}

import { failureOfConnection, type GatewayFailure } from './failure.ts';

/** The longest timer that Node supports. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export interface CallLimits {
  firstTokenMs: number;
  idleMs: number;
}

/** The time limits of one call of the gateway: one for the first token, another for silence after it. */
export class Call {
  readonly #limits: CallLimits;
  readonly #startedAt = performance.now();
  readonly #tooLate = new AbortController();
  readonly #over = new AbortController();
  readonly signal: AbortSignal;
  #began = false;

  constructor(signal: AbortSignal, limits: CallLimits) {
    this.#limits = limits;
    this.signal = AbortSignal.any([signal, this.#tooLate.signal, this.#over.signal]);
  }

  /** Reports the first token. From then on only the limit for silence applies. */
  begin(): void {
    this.#began = true;
  }

  /** Aborts the call when the promise takes longer than the limit. Bytes of any kind end a silence. */
  async within<T>(promise: Promise<T>): Promise<T> {
    const limitMs = this.#began ? this.#limits.idleMs : this.#firstTokenLeftMs();
    const timer = setTimeout(() => this.#tooLate.abort(), Math.min(Math.max(0, limitMs), TIMER_MS_MAX));
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Maps an error of the connection to a code. `streaming`: the response headers had arrived. */
  failure(error: unknown, streaming: boolean): GatewayFailure {
    if (!this.#tooLate.signal.aborted) return failureOfConnection(error, streaming);
    return { error: { code: this.#began ? 'idle_timeout' : 'first_token_timeout' }, retryable: false };
  }

  end(): void {
    this.#over.abort();
  }

  #firstTokenLeftMs(): number {
    return this.#startedAt + this.#limits.firstTokenMs - performance.now();
  }
}

import type { ResponseState } from '@aideator/contract/frames';
import { isTerminal } from '@aideator/contract/statuses';

/** Slower answers than this are not waited for: about the pace of reading. */
const CHARS_PER_SECOND_MIN = 20;

interface Start {
  atMs: number;
  /** Characters that every answer had then. */
  chars: number;
}

/** How fast one answer has grown since the start. */
interface Growth {
  fromChars: number;
  chars: number;
  untilMs: number;
}

type Written = Pick<ResponseState, 'responseId' | 'status' | 'attempt' | 'text'>;

const isOver = ({ status, attempt }: Written): boolean => isTerminal(status) || attempt > 1;

/**
 * The `even` pace for one viewer: how many characters of every answer may be shown. Nothing until all have begun. Then as
 * much of each as the shortest unfinished one has, and never faster than the slowest has been, so that the rest of a fast
 * answer does not rush out when a slow one ends. A viewer who comes later starts where the shortest is.
 */
export class EvenPace {
  #start: Start | undefined;
  #shown = 0;
  readonly #growth = new Map<string, Growth>();

  /** The characters to show now. Never fewer than before. Times are those of a monotonic clock. */
  advance(responses: readonly Written[], nowMs: number): number {
    const live = responses.filter((response) => !isOver(response));
    if (live.some(({ text }) => text === '')) return this.#shown;
    if (live.length === 0 && !this.#start) return Number.POSITIVE_INFINITY;
    const limit = Math.min(...live.map(({ text }) => text.length));
    this.#start ??= { atMs: nowMs, chars: limit };
    this.#measure(responses, nowMs);
    const paced = this.#start.chars + this.#charsPerMs(this.#start) * (nowMs - this.#start.atMs);
    this.#shown = Math.max(this.#shown, Math.floor(Math.min(limit, paced)));
    return this.#shown;
  }

  #measure(responses: readonly Written[], nowMs: number): void {
    for (const response of responses) {
      const { responseId, text } = response;
      const known = this.#growth.get(responseId);
      if (isOver(response)) {
        // An answer that was over at the start has no pace. Others keep the one that they had.
        if (known && known.chars !== text.length)
          this.#growth.set(responseId, { ...known, chars: text.length, untilMs: nowMs });
        continue;
      }
      const fromChars = known?.fromChars ?? text.length;
      this.#growth.set(responseId, { fromChars, chars: text.length, untilMs: nowMs });
    }
  }

  #charsPerMs(start: Start): number {
    const paces = [...this.#growth.values()]
      .filter(({ untilMs }) => untilMs > start.atMs)
      .map(({ fromChars, chars, untilMs }) => (chars - fromChars) / (untilMs - start.atMs));
    return Math.max(CHARS_PER_SECOND_MIN / 1_000, paces.length > 0 ? Math.min(...paces) : 0);
  }
}

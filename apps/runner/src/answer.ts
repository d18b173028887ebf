import type { ErrorInfo } from '@aideator/contract/errors';
import { REASONING_BYTES_MAX } from '@aideator/contract/limits';
import type { FinishReason, Usage } from '@aideator/contract/run-event';
import { createTextCleaner, cutToBytes } from './text.ts';

/** How the gateway's part of a run ended. */
export type Ending =
  | { type: 'finished'; reason: FinishReason }
  | { type: 'failed'; error: ErrorInfo }
  | { type: 'stopped' };

/** Everything that a gateway answered, when it is over. */
export interface Answer {
  ending: Ending;
  text: string;
  reasoning: string;
  usage?: Usage;
  answeredBy?: string;
  firstTokenMs?: number;
  totalMs: number;
}

type Kind = 'text' | 'reasoning';

/** Text of one kind, made storable and kept within a size. */
class Part {
  readonly #cleaner = createTextCleaner();
  readonly #bytesMax: number;
  #pieces: string[] = [];
  #bytes = 0;
  full = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** What of the piece was kept and may be shown now. */
  add(piece: string): string {
    return this.#keep(this.#cleaner.push(piece));
  }

  end(): string {
    return this.#keep(this.#cleaner.end());
  }

  whole(): string {
    return this.#pieces.join('');
  }

  #keep(clean: string): string {
    if (this.full) return '';
    const kept = cutToBytes(clean, this.#bytesMax - this.#bytes);
    this.full = kept.length < clean.length;
    this.#bytes += Buffer.byteLength(kept);
    if (kept !== '') this.#pieces.push(kept);
    return kept;
  }
}

/** Collects an answer; what is returned by `add` and `end` for showing adds up to exactly what is recorded. */
export class AnswerBuilder {
  readonly #parts: Record<Kind, Part>;
  #began = false;

  constructor(answerBytesMax: number) {
    this.#parts = { text: new Part(answerBytesMax), reasoning: new Part(REASONING_BYTES_MAX) };
  }

  /** True from the first piece on, also when it is held back. */
  get began(): boolean {
    return this.#began;
  }

  /** True when something had to be left out. */
  get full(): boolean {
    return this.#parts.text.full || this.#parts.reasoning.full;
  }

  add(kind: Kind, piece: string): string {
    this.#began = true;
    return this.#parts[kind].add(piece);
  }

  /** What was held back of each kind. */
  end(): Record<Kind, string> {
    return { text: this.#parts.text.end(), reasoning: this.#parts.reasoning.end() };
  }

  whole(): Record<Kind, string> {
    return { text: this.#parts.text.whole(), reasoning: this.#parts.reasoning.whole() };
  }
}

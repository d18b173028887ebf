import type { Citation } from '@aideator/contract/citations';
import type { ErrorInfo } from '@aideator/contract/errors';
import { REASONING_BYTES_MAX } from '@aideator/contract/limits';
import type { FinishReason, Usage } from '@aideator/contract/run-event';
import { createTextCleaner, cutToBytes } from './text.ts';

/** How the gateway's part of a run ended. */
export type Ending =
  | { type: 'finished'; reason: FinishReason }
  | { type: 'failed'; error: ErrorInfo }
  | { type: 'cancelled' };

/** Everything that a gateway sent, once the call is over. */
export interface ModelResponse {
  ending: Ending;
  text: string;
  reasoning: string;
  citations: Citation[];
  usage?: Usage;
  answeredBy?: string;
  firstTokenMs?: number;
  /** To the first word of the text. */
  firstTextMs?: number;
  totalMs: number;
}

type Kind = 'text' | 'reasoning';

/** Text of one kind, made storable and limited in size. */
class Part {
  readonly #cleaner = createTextCleaner();
  readonly #bytesMax: number;
  #pieces: string[] = [];
  #bytes = 0;
  full = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Adds a piece. Returns the part that is kept and can be shown now. */
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

/** Collects an answer. The pieces that `add` and `end` return add up to exactly the recorded text. */
export class ResponseBuilder {
  readonly #parts: Record<Kind, Part>;
  readonly #answerBytesMax: number;
  #began = false;

  constructor(answerBytesMax: number) {
    this.#answerBytesMax = answerBytesMax;
    this.#parts = { text: new Part(answerBytesMax), reasoning: new Part(REASONING_BYTES_MAX) };
  }

  /** True from the first piece on, even if it is held back. */
  get began(): boolean {
    return this.#began;
  }

  /** True if something was cut off. */
  get full(): boolean {
    return this.#parts.text.full || this.#parts.reasoning.full;
  }

  add(kind: Kind, piece: string): string {
    this.#began = true;
    return this.#parts[kind].add(piece);
  }

  /** Marks the first token, even if it is held back. */
  begin(): void {
    this.#began = true;
  }

  /** All text so far was reasoning. */
  moveText(): void {
    const { text, reasoning } = this.#parts;
    text.end();
    reasoning.add(text.whole());
    this.#parts.text = new Part(this.#answerBytesMax);
  }

  /** The text of each kind that was held back. */
  end(): Record<Kind, string> {
    return { text: this.#parts.text.end(), reasoning: this.#parts.reasoning.end() };
  }

  whole(): Record<Kind, string> {
    return { text: this.#parts.text.whole(), reasoning: this.#parts.reasoning.whole() };
  }
}

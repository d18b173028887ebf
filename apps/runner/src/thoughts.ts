import { createCodeScanner } from './markdown-code.ts';
import { matchThoughtTag, TAG_START } from './thought-tags.ts';

/** A piece of an answer. `moved`: all text so far was reasoning. */
export type ThoughtPiece = { type: 'text' | 'reasoning'; text: string } | { type: 'moved' };

/** Maximum white space to hold back while a tag may follow. */
const SPACE_CHARS_MAX = 1_000;
const LEADING_SPACE = /^[\s\u200B\uFEFF]*/;
const SENTENCE_END = /[.!?…。！？]$/u;

/** The start of the white space at the end of a text, within the part that is held back. */
function spaceStart(text: string, end: number): number {
  const from = Math.max(0, end - SPACE_CHARS_MAX);
  return from + text.slice(from, end).trimEnd().length;
}

/** True if a closing tag between these texts ends thoughts, rather than being mentioned in a sentence. */
function endsThoughts(before: string, gap: string, next: string): boolean {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  if (line.trim() === '') return true;
  const isGlued = line.trimEnd() === line;
  const endsSentence = SENTENCE_END.test(line.trimEnd());
  if (gap.includes('\n')) return isGlued || endsSentence;
  if (gap !== '') return endsSentence && !/^\p{Ll}/u.test(next);
  return isGlued && /[\p{L}\p{N}.!?…:;)\]。！？]$/u.test(line) && /^[\p{L}\p{N}*#$|\\-]/u.test(next);
}

/**
 * Separates the thoughts in a model's content from its answer. Thoughts are the text between tags at the very beginning
 * (`<think>…</think>` and the like), and the text before a lone closing tag, since some templates put the opening tag into
 * the prompt. The latter text has already been passed on, so `moved` takes it back. Tags within the answer or within code are
 * text. Drops only the tags and the white space around them.
 */
export class ThoughtSplitter {
  readonly #code = createCodeScanner();
  #state: 'start' | 'thinking' | 'watching' | 'text' = 'start';
  #held = '';
  /** Length of the part of `#held` that was scanned. */
  #scanned = 0;
  /** The end of the text that was passed on while watching. */
  #passed = '';
  #family = '';
  /** A tag came right before, so white space is dropped. */
  #afterTag = false;
  #watches = true;

  /** Reasoning arrived apart from the content, so a closing tag within the content is text. */
  sawReasoning(): void {
    this.#watches = false;
    if (this.#state === 'watching') this.#state = 'text';
  }

  push(text: string): ThoughtPiece[] {
    this.#held += text;
    const pieces: ThoughtPiece[] = [];
    for (let goesOn = true; goesOn && this.#held !== ''; ) goesOn = this.#step(pieces);
    return pieces;
  }

  /** Returns the held-back text at the end. */
  end(): ThoughtPiece[] {
    const held = this.#held;
    this.#held = '';
    const isThinking = this.#state === 'thinking';
    const text = isThinking || this.#afterTag ? held.trim() : held;
    return text === '' ? [] : [{ type: isThinking ? 'reasoning' : 'text', text }];
  }

  /** Returns false if more text is needed. */
  #step(pieces: ThoughtPiece[]): boolean {
    switch (this.#state) {
      case 'start':
        return this.#begin(pieces);
      case 'thinking':
        return this.#think(pieces);
      case 'watching':
        return this.#watch(pieces);
      case 'text':
        pieces.push({ type: 'text', text: this.#held });
        this.#held = '';
        return false;
    }
  }

  #begin(pieces: ThoughtPiece[]): boolean {
    const space = LEADING_SPACE.exec(this.#held)?.[0].length ?? 0;
    const rest = this.#held.slice(space);
    if (rest === '' && space < SPACE_CHARS_MAX) return false;
    const tag = matchThoughtTag(rest);
    if (tag === 'maybe' && rest !== '') return false;
    if (typeof tag === 'object') {
      this.#held = rest.slice(tag.length);
      this.#afterTag = true;
      this.#watches = false;
      if (tag.kind === 'open') {
        this.#state = 'thinking';
        this.#family = tag.family;
      }
      return true;
    }
    if (this.#afterTag) this.#held = rest;
    this.#afterTag = false;
    this.#state = this.#watches ? 'watching' : 'text';
    if (this.#state === 'text' && this.#held !== '') {
      pieces.push({ type: 'text', text: this.#held });
      this.#held = '';
    }
    return true;
  }

  #think(pieces: ThoughtPiece[]): boolean {
    if (this.#afterTag) this.#held = this.#held.trimStart();
    if (this.#held === '') return false;
    this.#afterTag = false;
    let holdFrom = this.#held.length;
    for (const { index } of this.#held.matchAll(TAG_START)) {
      const tag = matchThoughtTag(this.#held.slice(index));
      if (tag === 'maybe') {
        holdFrom = index;
        break;
      }
      if (tag === 'none' || tag.kind !== 'close' || tag.family !== this.#family) continue;
      this.#emit(pieces, 'reasoning', this.#held.slice(0, index).trimEnd());
      this.#held = this.#held.slice(index + tag.length);
      this.#state = 'start';
      this.#afterTag = true;
      return true;
    }
    holdFrom = spaceStart(this.#held, holdFrom);
    this.#emit(pieces, 'reasoning', this.#held.slice(0, holdFrom));
    this.#held = this.#held.slice(holdFrom);
    return false;
  }

  #watch(pieces: ThoughtPiece[]): boolean {
    for (const { index } of this.#held.matchAll(TAG_START)) {
      if (index < this.#scanned) continue;
      this.#scanTo(index);
      const tag = matchThoughtTag(this.#held.slice(index));
      if (tag === 'maybe') return this.#pass(pieces, index);
      if (tag === 'none' || this.#code.inFence) continue;
      if (tag.kind !== 'close') {
        if (this.#code.inInlineCode) continue;
        // Both tags are in the answer, so it is about them.
        this.#state = 'text';
        return true;
      }
      const verdict = this.#judge(index, tag.length);
      if (verdict === 'maybe') return this.#pass(pieces, index);
      if (verdict === 'none') continue;
      this.#emit(pieces, 'text', this.#held.slice(0, spaceStart(this.#held, index)));
      pieces.push({ type: 'moved' });
      this.#held = this.#held.slice(index + tag.length);
      this.#state = 'start';
      this.#afterTag = true;
      this.#watches = false;
      return true;
    }
    this.#scanTo(this.#held.length);
    return this.#pass(pieces, this.#held.length);
  }

  /** A closing tag counts only if something follows it, because at the very end it would leave no answer. */
  #judge(index: number, length: number): 'close' | 'maybe' | 'none' {
    const after = this.#held.slice(index + length);
    const next = after.trimStart();
    const gap = after.slice(0, after.length - next.length);
    if (next === '') return gap.length < SPACE_CHARS_MAX ? 'maybe' : 'none';
    const before = (this.#passed + this.#held.slice(0, index)).slice(-SPACE_CHARS_MAX);
    const isAlone = before.slice(before.lastIndexOf('\n') + 1).trim() === '' && /^\s*\n/.test(gap);
    if (this.#code.inInlineCode && !isAlone) return 'none';
    return endsThoughts(before, gap, next) ? 'close' : 'none';
  }

  #scanTo(end: number): void {
    this.#code.push(this.#held.slice(this.#scanned, end));
    this.#scanned = end;
  }

  /** Passes on the text before `end`, without trailing white space. */
  #pass(pieces: ThoughtPiece[], end: number): boolean {
    const cut = spaceStart(this.#held, end);
    const text = this.#held.slice(0, cut);
    this.#emit(pieces, 'text', text);
    this.#passed = (this.#passed + text).slice(-SPACE_CHARS_MAX);
    this.#held = this.#held.slice(cut);
    this.#scanned = Math.max(0, this.#scanned - cut);
    return false;
  }

  #emit(pieces: ThoughtPiece[], type: 'text' | 'reasoning', text: string): void {
    if (text !== '') pieces.push({ type, text });
  }
}

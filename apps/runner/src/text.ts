const REPLACEMENT = '\uFFFD';

export interface TextCleaner {
  /** Returns the text that can be passed on now. A high surrogate at its end waits for the next piece. */
  push(piece: string): string;
  /** Returns what was held back and never completed. */
  end(): string;
}

/**
 * Makes text storable, both for the stream and for the record. NUL, which PostgreSQL refuses, and lone surrogates, which
 * UTF-8 cannot encode, become U+FFFD. Halves of a character that come in two pieces are joined.
 */
export function createTextCleaner(): TextCleaner {
  let held = '';
  return {
    push(piece) {
      const text = held + piece;
      const last = text.charCodeAt(text.length - 1);
      held = last >= 0xd800 && last <= 0xdbff ? text.slice(-1) : '';
      return text
        .slice(0, text.length - held.length)
        .replaceAll('\0', REPLACEMENT)
        .toWellFormed();
    },
    end() {
      const left = held === '' ? '' : REPLACEMENT;
      held = '';
      return left;
    },
  };
}

/** Returns the longest prefix of a well-formed text that is at most `bytesMax` bytes of UTF-8. */
export function cutToBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(Math.max(0, bytesMax)));
  return text.slice(0, read);
}

/** How many bytes of UTF-8 JSON.stringify needs for a code point of well-formed text. */
function jsonBytes(codePoint: number): number {
  if (codePoint === 0x22 || codePoint === 0x5c) return 2;
  if (codePoint < 0x20)
    return (codePoint >= 8 && codePoint <= 10) || codePoint === 12 || codePoint === 13 ? 2 : 6;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Cuts well-formed text between characters into pieces of at most `bytesMax` bytes as JSON, without the quotes. */
export function cutToJsonPieces(text: string, bytesMax: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let bytes = 0;
  for (let i = 0; i < text.length; ) {
    const codePoint = text.codePointAt(i) ?? 0;
    const cost = jsonBytes(codePoint);
    if (bytes + cost > bytesMax && i > start) {
      pieces.push(text.slice(start, i));
      start = i;
      bytes = 0;
    }
    bytes += cost;
    i += codePoint > 0xffff ? 2 : 1;
  }
  if (start < text.length) pieces.push(text.slice(start));
  return pieces;
}

/** Longest event that is read, in UTF-16 units. An answer at its size limit fits in one, escaped. */
export const SSE_EVENT_CHARS_MAX = 16 * 1024 * 1024;

const OTHER_CHARS_MAX = 1_000;
/** A comment, or a field of an event stream. */
const FIELD = /^(?:$|:|(?:event|id|retry)(?::|$))/;

/** Thrown for an event over the limit: such a body is not an event stream. */
export class SseTooLongError extends Error {
  override readonly name = 'SseTooLongError';
}

export interface SseParser {
  /** The `data` of each event that these bytes complete. Throws SseTooLongError. */
  push(bytes: Uint8Array): string[];
  /** The data of a last event that no blank line closed: some servers leave it out. */
  end(): string[];
  /** The start of the text that is not part of an event stream. */
  readonly other: string;
}

/**
 * Server-sent events (HTML living standard §9.2.6) from bytes that may be cut anywhere: within a UTF-8 sequence, within
 * CRLF, within a field. Lines end with LF, CRLF or CR. Only `data` is kept; comments and other fields are skipped.
 */
export function createSseParser(eventCharsMax: number = SSE_EVENT_CHARS_MAX): SseParser {
  const decoder = new TextDecoder();
  const lineEnd = /[\r\n]/g;
  let rest = '';
  let afterCr = false;
  let data: string[] = [];
  let dataLength = 0;
  let other = '';

  const takeLine = (line: string, events: string[]): void => {
    if (line === '') {
      if (data.length > 0) events.push(data.join('\n'));
      data = [];
      dataLength = 0;
      return;
    }
    if (line !== 'data' && !line.startsWith('data:')) {
      if (!FIELD.test(line) && other.length < OTHER_CHARS_MAX) other += `${line.slice(0, OTHER_CHARS_MAX)}\n`;
      return;
    }
    const value = line.slice(line.startsWith('data: ') ? 6 : 5);
    data.push(value);
    dataLength += value.length;
  };

  const takeText = (text: string): string[] => {
    const events: string[] = [];
    const from = rest.length;
    const all = rest + (afterCr && text.startsWith('\n') ? text.slice(1) : text);
    if (text !== '') afterCr = false;
    let start = 0;
    // The rest of earlier bytes holds no line end: search only what is new.
    lineEnd.lastIndex = from;
    for (let match = lineEnd.exec(all); match; match = lineEnd.exec(all)) {
      takeLine(all.slice(start, match.index), events);
      start = match.index + 1;
      if (match[0] === '\r') {
        if (all.charCodeAt(start) === 10) start += 1;
        else if (start === all.length) afterCr = true;
        lineEnd.lastIndex = start;
      }
    }
    rest = all.slice(start);
    if (rest.length + dataLength > eventCharsMax) throw new SseTooLongError('event over the size limit');
    return events;
  };

  return {
    push: (bytes) => takeText(decoder.decode(bytes, { stream: true })),
    end() {
      const events = takeText(decoder.decode());
      takeLine(rest, events);
      rest = '';
      takeLine('', events);
      return events;
    },
    get other() {
      return other;
    },
  };
}

/** Follows Markdown text while it arrives and reports whether its end is within code. */
export interface CodeScanner {
  /** Reads more text, which may end anywhere except within a run of backticks. */
  push(text: string): void;
  readonly inFence: boolean;
  readonly inInlineCode: boolean;
}

const FENCE = /^[\s>]*(?:[-*+]\s+|\d{1,9}[.)]\s+)?(`{3,}|~{3,})([^\n]*)$/;
/** This much of a line is enough to recognise a fence. */
const LINE_CHARS_MAX = 300;

/** Recognises fenced blocks and code spans of CommonMark, but not indented blocks. */
export function createCodeScanner(): CodeScanner {
  let fence: { mark: string; length: number } | undefined;
  let spanLength = 0;
  let line = '';
  let runLength = 0;

  const endRun = (): void => {
    if (runLength === 0) return;
    if (spanLength === 0) spanLength = runLength;
    else if (spanLength === runLength) spanLength = 0;
    runLength = 0;
  };
  const endLine = (): void => {
    const [, marks = '', info = ''] = FENCE.exec(line) ?? [];
    const mark = marks.charAt(0);
    if (fence) {
      if (mark === fence.mark && marks.length >= fence.length && info.trim() === '') fence = undefined;
    } else if (marks !== '' && !(mark === '`' && info.includes('`'))) {
      fence = { mark, length: marks.length };
      spanLength = 0;
    }
    // A code span ends with its paragraph.
    if (line.trim() === '') spanLength = 0;
    line = '';
    runLength = 0;
  };

  return {
    push(text) {
      for (const char of text) {
        if (char === '\n') {
          if (!fence) endRun();
          endLine();
          continue;
        }
        if (line.length < LINE_CHARS_MAX) line += char;
        if (fence) continue;
        if (char === '`') runLength += 1;
        else endRun();
      }
    },
    get inFence() {
      return fence !== undefined || FENCE.test(line);
    },
    get inInlineCode() {
      const open = spanLength !== 0 && spanLength !== runLength;
      return open || (spanLength === 0 && runLength > 0);
    },
  };
}

/** A tag that models put around their thoughts. Opening and closing tags with the same `family` match. */
export interface ThoughtTag {
  kind: 'open' | 'close' | 'empty';
  family: string;
  length: number;
}

/** `maybe`: the text is too short to decide. */
export type TagMatch = ThoughtTag | 'maybe' | 'none';

const NAMES = [
  'think',
  'thinking',
  'thought',
  'thoughts',
  'reason',
  'reasoning',
  'seed:think',
  'antthinking',
  'antml:thinking',
];
/** Marks of single models: Magistral, Kimi, Sky-T1, Command A, gpt-oss without its parser. */
const MARKS: readonly (readonly [open: string, close: string])[] = [
  ['[think]', '[/think]'],
  ['◁think▷', '◁/think▷'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
  ['<|start_thinking|>', '<|end_thinking|>'],
  ['<|channel|>analysis<|message|>', '<|end|><|start|>assistant<|channel|>final<|message|>'],
];
const TAG_CHARS_MAX = 220;
const OPEN = new RegExp(`^<\\s{0,8}(${NAMES.join('|')})(?:\\s[^<>]{0,200})?(/?)>`, 'i');
const CLOSE = new RegExp(`^<\\s{0,8}/\\s{0,8}(${NAMES.join('|')})\\s{0,8}>`, 'i');
const START_OF_TAG = /^<\s{0,8}\/?\s{0,8}([a-z:]*)(\s[^<>]*|\/)?$/i;

/** Every tag begins with one of these. */
export const TAG_START = /[<[◁]/g;

function matchMark(text: string): TagMatch {
  const lower = text.slice(0, TAG_CHARS_MAX).toLowerCase();
  let match: TagMatch = 'none';
  for (const [open, close] of MARKS) {
    if (lower.startsWith(open)) return { kind: 'open', family: open, length: open.length };
    if (lower.startsWith(close)) return { kind: 'close', family: open, length: close.length };
    if (open.startsWith(lower) || close.startsWith(lower)) match = 'maybe';
  }
  return match;
}

/** The tag at the start of the text. Ignores letter case, spaces within the tag and attributes. */
export function matchThoughtTag(text: string): TagMatch {
  const head = text.slice(0, TAG_CHARS_MAX);
  const open = OPEN.exec(head);
  if (open) {
    const isEmpty = open[0].endsWith('/>');
    return { kind: isEmpty ? 'empty' : 'open', family: open[1]?.toLowerCase() ?? '', length: open[0].length };
  }
  const close = CLOSE.exec(head);
  if (close) return { kind: 'close', family: close[1]?.toLowerCase() ?? '', length: close[0].length };
  const mark = matchMark(text);
  if (mark !== 'none' || text.length >= TAG_CHARS_MAX) return mark;
  const start = START_OF_TAG.exec(text);
  if (!start) return 'none';
  const name = start[1]?.toLowerCase() ?? '';
  const fits = start[2] === undefined ? NAMES.some((each) => each.startsWith(name)) : NAMES.includes(name);
  return fits ? 'maybe' : 'none';
}

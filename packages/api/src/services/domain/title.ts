import { TITLE_CHARS_MAX } from '@aideator/contract/limits';

const TITLE_GRAPHEMES_MAX = 60;
const ELLIPSIS = '…';
const UNTITLED = 'New chat';

const FENCE = /^\s*(`{3,}[^`]*|~{3,}.*)$/;
const THEMATIC_BREAK = /^\s*([-*_]\s*){3,}$/;
/** Markdown's markers of headings, quotes, list items and tasks. Without a blank after them they are text: `-5`. */
const BLOCK_MARKERS = /^(\s*(#{1,6}|>|[-*+])(\s+|$))+(\[[ xX]\](\s+|$))?/;

/**
 * A session's title from its first prompt: the first line with words, unchanged except that Markdown's block markers outside
 * of fences are removed. A long line is cut at a word near 60 characters.
 */
export function titleFromPrompt(prompt: string): string {
  let isFenced = false;
  for (const line of prompt.split('\n')) {
    if (FENCE.test(line)) {
      isFenced = !isFenced;
      continue;
    }
    const text = isFenced ? line : proseOf(line);
    const words = text.replace(/\s+/g, ' ').trim();
    if (words !== '') return cut(words);
  }
  return UNTITLED;
}

const proseOf = (line: string): string => (THEMATIC_BREAK.test(line) ? '' : line.replace(BLOCK_MARKERS, ''));

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts after 60 graphemes or at the maximum length of a title. Cuts only within a grapheme that is longer than a title. */
function cut(line: string): string {
  const room = TITLE_CHARS_MAX - ELLIPSIS.length;
  let kept = '';
  let count = 0;
  for (const { segment } of graphemes.segment(line)) {
    if (count === TITLE_GRAPHEMES_MAX || kept.length + segment.length > room) break;
    kept += segment;
    count += 1;
  }
  if (kept.length === line.length) return line;
  if (kept === '') kept = line.slice(0, room).replace(/[\ud800-\udbff]$/, '');
  const space = kept.lastIndexOf(' ');
  return `${(space > kept.length / 2 ? kept.slice(0, space) : kept).trimEnd()}${ELLIPSIS}`;
}

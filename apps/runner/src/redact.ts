import { ERROR_DETAIL_CHARS_MAX } from '@aideator/contract/limits';
import { BARE_GRAM, GRAM, gramsOf, lower, type SecretGrams } from './secret-grams.ts';
import { reduced, type TextView, unescaped, viewOf } from './text-view.ts';

/** Makes text from a provider or the gateway safe to print, store and show. */
export type Redactor = (text: string) => string;

const MASK = '[key]';
/** Known keys of at least this length keep their last characters, so that people can tell which key it was. */
const TELLING_CHARS_MIN = 24;
/** Reads no more than this. Masks shorten the text, and at most ERROR_DETAIL_CHARS_MAX of it is kept. */
const READ_CHARS_MAX = 4 * ERROR_DETAIL_CHARS_MAX;

/**
 * Patterns of unknown keys. The first group is kept. Every repetition is bounded or ends the match, so that matching takes
 * linear time.
 */
const KEY_SHAPES: readonly RegExp[] = [
  /\b()(?:sk|pk|rk|gsk|xai|key|ghp|glpat|hf|r8|pplx|nvapi)[-_][\w-]{8,}/gi,
  /\b()AIza[\w-]{10,}/g,
  /\b()AKIA[0-9A-Z]{12,}/g,
  /\b()eyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g,
  /\b(Bearer\s{1,8})[\w.~+/=-]{8,}/gi,
  /\b(Basic\s{1,8})[\w.~+/=-]{16,}/gi,
  /\b((?:api[-_ ]?key|authorization)\\?["']?\s{0,8}[:=]\s{0,8}\\?["']?)(?!Bearer\b|Basic\b)[\w.~+/=-]{12,}/gi,
];

/** The start of a text. Drops a word that the cut splits, because half a key would not be recognised. */
function readable(text: string): string {
  if (text.length <= READ_CHARS_MAX) return text;
  const start = text.slice(0, READ_CHARS_MAX);
  const end = Math.max(start.lastIndexOf(' '), start.lastIndexOf('\n'), start.length - GRAM * 32);
  return start.slice(0, end);
}

interface Search {
  grams: ReadonlySet<string>;
  length: number;
}

/** Marks the characters that belong to a piece of a secret. */
function mark(marked: Uint8Array, { text, starts, ends }: TextView, { grams, length }: Search): void {
  for (let i = 0; i + length <= text.length; i += 1) {
    if (!grams.has(text.slice(i, i + length))) continue;
    marked.fill(1, starts[i] ?? 0, ends[i + length - 1] ?? 0);
  }
}

/** The characters of a text that are part of a secret in any of its spellings. */
function markedIn(text: string, grams: SecretGrams): Uint8Array {
  const marked = new Uint8Array(text.length);
  const plain = viewOf(text);
  const once = unescaped(plain);
  const twice = unescaped(once);
  for (const view of [plain, once, twice]) {
    mark(marked, { ...view, text: lower(view.text) }, { grams: grams.exact, length: GRAM });
    mark(marked, reduced(view), { grams: grams.bare, length: BARE_GRAM });
  }
  return marked;
}

/** Replaces every marked range. A whole known key keeps its last 4 characters. */
function masked(text: string, marked: Uint8Array, secrets: readonly string[]): string {
  let out = '';
  for (let i = 0; i < text.length; ) {
    const isSecret = marked[i] === 1;
    const end = marked.indexOf(isSecret ? 0 : 1, i);
    const stretch = text.slice(i, end < 0 ? text.length : end);
    const whole = isSecret && secrets.find((secret) => lower(stretch).endsWith(lower(secret)));
    const mask = whole && whole.length >= TELLING_CHARS_MIN ? `[key …${whole.slice(-4)}]` : MASK;
    out += isSecret ? mask : stretch;
    i += stretch.length;
  }
  return out;
}

/**
 * Returns a function that removes the given secrets, in any spelling and even if cut, and everything that looks like a key.
 * It also replaces control characters by spaces and cuts to the size of `ErrorInfo.detail`. It reads a bounded part of the
 * text in linear time.
 */
export function createRedactor(secrets: readonly (string | undefined)[]): Redactor {
  const known = secrets.filter((secret) => secret !== undefined).filter((secret) => secret !== '');
  const long = known.filter((secret) => secret.length >= GRAM);
  const short = known.filter((secret) => secret.length < GRAM);
  // Made for the first text only, because most runs never need it and it would delay their first token.
  let grams: SecretGrams | undefined;
  return (given) => {
    grams ??= gramsOf(long);
    const text = readable(given);
    let safe = masked(text, markedIn(text, grams), long);
    for (const secret of short) safe = safe.replaceAll(secret, MASK);
    for (const shape of KEY_SHAPES) safe = safe.replace(shape, `$1${MASK}`);
    return safe
      .replace(/\p{Cc}+/gu, ' ')
      .toWellFormed()
      .slice(0, ERROR_DETAIL_CHARS_MAX)
      .toWellFormed()
      .trim();
  };
}

import { ERROR_DETAIL_CHARS_MAX } from '@aideator/contract/limits';

/** Makes text of a provider or the gateway safe to print, store and show. */
export type Redactor = (text: string) => string;

/** Pieces of a key this long are recognised on their own. */
const GRAM = 8;
const MASK = '[key]';

/** What looks like a key although nobody told us that it is one. */
const KEY_SHAPES: readonly RegExp[] = [
  /\b(?:sk|pk|rk|gsk|xai|key|ghp|glpat|hf|r8|pplx|nvapi)[-_][\w-]{8,}/gi,
  /\bAIza[\w-]{10,}/g,
  /\bAKIA[0-9A-Z]{12,}/g,
  /\beyJ[\w-]{8,}(?:\.[\w-]+){1,2}/g,
  /(?<=\bBearer\s+)[\w.~+/=-]{8,}/gi,
  /(?<=\bBasic\s+)[\w.~+/=-]{16,}/gi,
  /(?<=\b(?:api[-_ ]?key|x-api-key|authorization)\\?["']?\s*[:=]\s*\\?["']?)(?!Bearer\b|Basic\b)[\w.~+/=-]{12,}/gi,
];

/** Lower case of ASCII only, so that positions stay what they were. */
const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** A secret as it is, and as it looks within JSON, a URL and base64. */
function spellings(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64];
}

/** Marks every stretch of `text` that is part of the secret, and replaces it by at most the secret's last 4 characters. */
function redactSecret(text: string, secret: string): string {
  const spelled = lower(secret);
  if (spelled.length < GRAM) return secret === '' ? text : text.replaceAll(secret, MASK);
  const grams = new Set<string>();
  for (let i = 0; i + GRAM <= spelled.length; i += 1) grams.add(spelled.slice(i, i + GRAM));
  const haystack = lower(text);
  const hits: { start: number; end: number }[] = [];
  for (let i = 0; i + GRAM <= haystack.length; i += 1) {
    if (!grams.has(haystack.slice(i, i + GRAM))) continue;
    const last = hits.at(-1);
    if (last && i <= last.end) last.end = i + GRAM;
    else hits.push({ start: i, end: i + GRAM });
  }
  let out = '';
  let done = 0;
  for (const { start, end } of hits) {
    const whole = spelled.length >= 3 * GRAM && haystack.slice(start, end).endsWith(spelled);
    out += text.slice(done, start) + (whole ? `[key …${secret.slice(-4)}]` : MASK);
    done = end;
  }
  return out + text.slice(done);
}

/**
 * A function that removes the given secrets, however they are spelled or cut, and everything that looks like a key; turns
 * control characters (also those of terminals) into spaces; and cuts to the size of `ErrorInfo.detail`.
 */
export function createRedactor(secrets: readonly (string | undefined)[]): Redactor {
  const known = secrets.filter((secret) => secret !== undefined && secret !== '');
  const all = [...new Set(known.flatMap((secret) => spellings(secret ?? '')))];
  return (text) => {
    let safe = all.reduce(redactSecret, text);
    for (const shape of KEY_SHAPES) safe = safe.replace(shape, MASK);
    return safe
      .replace(/\p{Cc}+/gu, ' ')
      .toWellFormed()
      .slice(0, ERROR_DETAIL_CHARS_MAX)
      .toWellFormed()
      .trim();
  };
}

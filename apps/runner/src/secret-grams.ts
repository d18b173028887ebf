/** Pieces of a secret this long are recognised on their own. */
export const GRAM = 8;
/** The length for text reduced to letters and digits, where ordinary words run together. */
export const BARE_GRAM = 12;

/** Lower case of ASCII only, so that positions do not change. */
export const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Only letters and digits. */
export const bare = (text: string): string => lower(text).replace(/[^a-z0-9]+/g, '');

/**
 * Base64 of the secret alone, and within longer base64 that begins 0, 1 or 2 bytes earlier, without the characters that
 * depend on neighbouring bytes.
 */
function base64Spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const alone = bytes.toString('base64');
  const within = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
    const first = Math.ceil((offset * 8) / 6);
    const end = Math.floor((whole.length * 8) / 6);
    return whole.toString('base64').slice(first, end);
  });
  return [alone, ...within];
}

/** A secret in all spellings in which a server may return it. */
function spellings(secret: string): string[] {
  const reversed = [...secret].reverse().join('');
  const base64 = [...base64Spellings(secret), ...base64Spellings(reversed)];
  const base64Url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = [secret, reversed].map((text) => Buffer.from(text).toString('hex'));
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, reversed, inJson, encodeURIComponent(secret), ...base64, ...base64Url, ...hex];
}

function addGrams(grams: Set<string>, text: string, length: number): void {
  for (let i = 0; i + length <= text.length; i += 1) grams.add(text.slice(i, i + length));
}

/** Pieces to look for in a text, and in the same text reduced to letters and digits. */
export interface SecretGrams {
  exact: ReadonlySet<string>;
  bare: ReadonlySet<string>;
}

/** The pieces of these secrets, in all their spellings. */
export function gramsOf(secrets: readonly string[]): SecretGrams {
  const exact = new Set<string>();
  const bareGrams = new Set<string>();
  for (const spelling of new Set(secrets.flatMap(spellings))) {
    addGrams(exact, lower(spelling), GRAM);
    addGrams(bareGrams, bare(spelling), BARE_GRAM);
  }
  return { exact, bare: bareGrams };
}

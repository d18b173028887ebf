import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';
import { seededRandom } from './testing/seeded-random.ts';

const KEY = 'q7Rk2mWz9XtLb4VnHs6YpDc3';
const redact = createRedactor([KEY]);
const hex = Buffer.from(KEY).toString('hex');
const base64 = (before: string, after: string, form: 'base64' | 'base64url' = 'base64'): string =>
  Buffer.from(`${before}${KEY}${after}`).toString(form);
const each = (join: string): string => [...KEY].join(join);
const coded = (code: (char: string) => string): string => [...KEY].map(code).join('');
const hexOf = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');

test.each([
  ['reversed', [...KEY].reverse().join('')],
  ['as hex', hex],
  ['as hex in capitals', hex.toUpperCase()],
  ['as hex with spaces', hex.replace(/../g, '$& ')],
  ['as hex with colons', hex.replace(/../g, '$&:')],
  ['with spaces', each(' ')],
  ['with dashes', each('-')],
  ['with line breaks', each('\r\n')],
  ['with zero-width spaces', each('\u200b')],
  ['with soft hyphens and joiners', each('\u00ad\u200d')],
  ['as base64', base64('', '')],
  ['within base64, one byte in', base64('a', 'bc')],
  ['within base64, two bytes in', base64('ab', 'c')],
  ['within base64 for URLs', base64('user:', '~~', 'base64url')],
  ['as base64 of the reversed key', Buffer.from([...KEY].reverse().join('')).toString('base64')],
  ['as base64 in lines', base64('', '').replace(/.{5}/g, '$&\n')],
  ['URL-encoded, every character', coded((char) => `%${hexOf(char)}`)],
  ['URL-encoded twice', coded((char) => `%25${hexOf(char)}`)],
  ['in escapes of JSON', coded((char) => `\\u00${hexOf(char)}`)],
  ['in escapes of C', coded((char) => `\\x${hexOf(char)}`)],
  ['in HTML entities', coded((char) => `&#${char.charCodeAt(0)};`)],
  ['in full-width letters', coded((char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))],
  ['in the other case', KEY.toLowerCase()],
])('a key is recognised %s', (_, spelled) => {
  const safe = redact(`refused: <${spelled}>, sorry`);
  expect(safe).toMatch(/^refused: <?[^<>]{0,8}\[key[^\]]{0,6}\][^<>]{0,8}>?, sorry$/);
});

/** Texts that try to slow the expressions down, each far longer than what is ever shown. */
test.each([
  ['spaces after "Bearer"', `Bearer${' '.repeat(60_000)}`],
  ['spaces after "api_key"', `api_key${' '.repeat(60_000)}:`],
  ['many "Bearer"', 'Bearer '.repeat(20_000)],
  ['starts of tokens', 'eyJ-'.repeat(50_000)],
  ['starts of keys', 'sk-'.repeat(50_000)],
  ['escapes', '%25'.repeat(50_000)],
  ['quotes and colons', 'api-key":"'.repeat(20_000)],
  ['dots', `eyJ${'a'.repeat(9)}${'.a'.repeat(60_000)}`],
  ['one letter', 'a'.repeat(200_000)],
])('%s take no longer to redact than other text', (_, text) => {
  const startedAt = performance.now();
  redact(text);
  expect(performance.now() - startedAt).toBeLessThan(500);
});

const MASKS = /\[key[^\]]*\]/g;
const seed = Number(process.env['REDACT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`random text around random spellings shows no piece of the key (REDACT_SEED=${seed})`, () => {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0];
  const noise = (): string =>
    Array.from({ length: Math.floor(random() * 40) }, () =>
      pick([
        'a',
        'Bearer ',
        '%',
        '\\u',
        '&#',
        '"',
        ' ',
        '\u200b',
        '.',
        '=',
        '-',
        'é',
        '😀',
        '\n',
        'key: ',
        '0',
      ]),
    ).join('');
  for (let round = 0; round < 400; round += 1) {
    const bytes = Array.from({ length: 18 }, () => Math.floor(random() * 256));
    const secret = Buffer.from(bytes).toString('base64url');
    const redactIt = createRedactor([secret]);
    const spell = pick<(text: string) => string>([
      (text) => text,
      (text) => [...text].reverse().join(''),
      (text) => Buffer.from(text).toString('hex'),
      (text) => [...text].join(pick([' ', '\u200b', '·', '\n'])),
      (text) => encodeURIComponent(JSON.stringify(text)),
      (text) => [...text].map((char) => `%${hexOf(char)}`).join(''),
    ]);
    const spelled = spell(secret);
    const safe = redactIt(`${noise()} ${spelled} ${noise()}`);
    for (let at = 0; at + 8 <= spelled.length; at += 1) {
      const piece = spelled.slice(at, at + 8);
      if (/[a-z0-9]{4}/i.test(piece)) expect(safe).not.toContain(piece);
    }
    const packed = redactIt(Buffer.from(noise() + secret + noise()).toString('base64'));
    expect(Buffer.from(packed.replace(MASKS, ''), 'base64').toString()).not.toContain(secret.slice(4, 12));
  }
});

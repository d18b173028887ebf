import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';

const KEY = 'sk-proj-Ab/Cd+Ef"0123456789abcdefghijWXYZ';
const redact = createRedactor([KEY, 'sk-1234', undefined, '']);

/** Every part of the key that is longer than its last four characters may show. */
function leaks(text: string, key: string): string[] {
  const found: string[] = [];
  for (let i = 0; i + 8 <= key.length; i += 1) {
    if (text.toLowerCase().includes(key.slice(i, i + 8).toLowerCase())) found.push(key.slice(i, i + 8));
  }
  return found;
}

test.each([
  ['unchanged', `Incorrect API key provided: ${KEY}. You can find`],
  ['in JSON', JSON.stringify({ message: `bad ${KEY}` })],
  ['in JSON twice', JSON.stringify(JSON.stringify({ message: `bad ${KEY}` }))],
  ['in a URL', `GET /v1?key=${encodeURIComponent(KEY)}&x=1`],
  ['in base64', `Basic ${Buffer.from(KEY).toString('base64')}`],
  ['in other case', KEY.toUpperCase()],
  ['cut at its end', `key ${KEY.slice(0, 20)}…`],
  ['cut at its start', `key …${KEY.slice(-20)}`],
  ['twice in a row', KEY + KEY],
  ['within other text', `x${KEY}y`],
])('no part of a known key is left %s', (_, text) => {
  expect(leaks(redact(text), KEY)).toEqual([]);
});

const DENSE = 'ab"cd/ef"gh+ij"kl/mn"op+qr"st/uv"wx+yz';

test.each([
  ['unchanged', DENSE],
  ['in JSON', JSON.stringify(DENSE)],
  ['in a URL', encodeURIComponent(DENSE)],
  ['in base64', Buffer.from(DENSE).toString('base64')],
])('a key is recognised %s although every eight characters of it change', (_, spelled) => {
  expect(createRedactor([DENSE])(`key=${spelled};`)).toMatch(/^key="?\[key[^\]]{0,6}\]"?;$/);
});

test('at most the last four characters of a key stay', () => {
  expect(redact(`Incorrect API key provided: ${KEY}.`)).toBe('Incorrect API key provided: [key …WXYZ].');
  expect(redact('key sk-1234 refused')).toBe('key [key] refused');
  expect(createRedactor(['hV8jT5gKc1Zo'])('key hV8jT5gKc1Zo refused')).toBe('key [key] refused');
});

test.each([
  'sk-ant-api03-abcdefghijklmnop',
  'gsk_abcdefghijklmnop',
  'xai-abcdefghijklmnop',
  'AIzaSyA1234567890abcdefghijklmnopqrstu',
  'AKIAIOSFODNNEXAMPLE',
  'Basic dXNlcjpwYXNzd29yZDEyMzQ=',
  'Bearer abcdef.ghijkl-mnop',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh',
  'x-api-key: 0123456789abcdef0123456789abcdef',
  '"api_key": "0123456789abcdef0123456789abcdef"',
])('what looks like a key is removed: %s', (text) => {
  expect(createRedactor([])(`refused: ${text}, sorry`)).toMatch(/^refused: [^0-9]{0,20}\[key\]"?, sorry$/);
});

test('ordinary text and a key that the provider masked stay unchanged', () => {
  const text =
    'The model gpt-5.2-mini does not exist (request req_123). Incorrect API key provided: sk-ab***wxyz.';
  expect(redact(text)).toBe(text);
});

test('control characters are removed, and no character is cut in half', () => {
  expect(redact('a\u001b[31mred\r\nb\0')).toBe('a [31mred b');
  expect(redact(`${'x'.repeat(1_999)}😀`)).toBe(`${'x'.repeat(1_999)}\ufffd`);
  expect(leaks(redact(`${'x'.repeat(1_990)}${KEY}`), KEY)).toEqual([]);
});

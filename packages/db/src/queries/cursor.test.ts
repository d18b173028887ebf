import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from './cursor.ts';

const forged = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

test('a cursor decodes to the encoded values', () => {
  const cursor = { at: new Date(1_700_000_000_123), id: 'ses_01k' };
  expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
});

test.each([
  ['a number beyond the range of dates', forged(1e300, 'ses_1')],
  ['a negative time', forged(-1, 'ses_1')],
  ['an id with a NUL', forged(1, 'ses_\0')],
  ['an empty id', forged(1, '')],
  ['text that is not JSON', 'junk'],
])('a cursor with %s is refused with a code', (_, text) => {
  expect(() => decodeCursor(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});

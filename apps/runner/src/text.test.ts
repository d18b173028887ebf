import { expect, test } from 'vitest';
import { createTextCleaner, cutToBytes, cutToJsonPieces } from './text.ts';

test('halves of a character are joined, and lone ones and NUL are replaced', () => {
  const cleaner = createTextCleaner();
  expect(cleaner.push('a\ud83d')).toBe('a');
  expect(cleaner.push('\ude00b\0')).toBe('😀b\ufffd');
  expect(cleaner.push('\ude00\ud83dx')).toBe('\ufffd\ufffdx');
  expect(cleaner.push('\ud83d')).toBe('');
  expect(cleaner.push('')).toBe('');
  expect(cleaner.end()).toBe('\ufffd');
  expect(cleaner.end()).toBe('');
});

test('text is cut to a byte limit between characters', () => {
  expect(cutToBytes('aé😀', 7)).toBe('aé😀');
  expect(cutToBytes('aé😀', 6)).toBe('aé');
  expect(cutToBytes('aé😀', 2)).toBe('a');
  expect(cutToBytes('aé😀', 0)).toBe('');
});

test('pieces fit the limit as JSON, fill it, and add up to the text', () => {
  const text = '"\\\n\t\b\u0001\u001f\u007f\u2028é漢😀plain'.repeat(200);
  for (const max of [6, 7, 50, 1_000]) {
    const pieces = cutToJsonPieces(text, max);
    expect(pieces.join('')).toBe(text);
    for (const [i, piece] of pieces.entries()) {
      const bytes = Buffer.byteLength(JSON.stringify(piece)) - 2;
      expect(bytes).toBeLessThanOrEqual(max);
      if (i < pieces.length - 1) expect(bytes).toBeGreaterThan(max - 6);
    }
  }
});

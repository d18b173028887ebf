import { expect, test } from 'vitest';
import { previewableOf } from './previewable.ts';

test.each([
  ['html', '<p>', 'html'],
  ['HTML', '<p>', 'html'],
  ['svg', '<svg/>', 'svg'],
  ['xml', '<svg viewBox="0 0 1 1"></svg>', 'svg'],
  [
    'xml',
    '<?xml version="1.0"?>\n<!-- a - b -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<svg>',
    'svg',
  ],
])('a block of %s can be looked at: %s', (language, code, expected) => {
  expect(previewableOf(language, code)).toBe(expected);
});

test.each([
  ['xml', '<note>not <svg></note>'],
  ['xml', '<svgs/>'],
  ['js', '<svg></svg>'],
  ['', '<p>'],
  ['html', ' \n'],
  ['constructor', 'x'],
])('a block of %s is only code: %s', (language, code) => {
  expect(previewableOf(language, code)).toBeUndefined();
});

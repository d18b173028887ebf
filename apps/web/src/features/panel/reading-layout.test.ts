import { describe, expect, it } from 'vitest';
import {
  columnStyle,
  DEFAULT_READING_LAYOUT,
  parseReadingLayout,
  readingLayoutText,
} from './reading-layout.ts';

describe('a remembered layout', () => {
  it('is read as it was written', () => {
    const layout = { unfolded: true, columns: { 2: [1.2, 0.8], 4: [1, 1.5, 0.5, 1] }, together: true };
    expect(parseReadingLayout(readingLayoutText(layout))).toEqual(layout);
  });

  it('keeps the valid columns of a damaged cookie', () => {
    const text = JSON.stringify({ columns: { 2: [1, 1, 1], 3: [0.5, 1, 1.5], 9: [1] } });
    expect(parseReadingLayout(text).columns).toEqual({ 3: [0.5, 1, 1.5] });
  });

  it('is a CSS variable per number of columns', () => {
    expect(columnStyle({ 2: [1.5, 0.5] })).toEqual({
      '--columns-2': 'minmax(12rem, 1.5fr) minmax(12rem, 0.5fr)',
    });
  });

  it.each([undefined, '', 'null', '[]', '{"unfolded":1,"columns":7,"together":"yes"}', '{not JSON', '7'])(
    'has its defaults if the cookie is %j',
    (text) => {
      expect(parseReadingLayout(text)).toEqual(DEFAULT_READING_LAYOUT);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { DEFAULT_READING_LAYOUT, parseReadingLayout, readingLayoutText } from './reading-layout.ts';

describe('a remembered layout', () => {
  it('is read as it was written', () => {
    const layout = { unfolded: true };
    expect(parseReadingLayout(readingLayoutText(layout))).toEqual(layout);
  });

  it.each([undefined, '', 'null', '[]', '{"unfolded":1}', '{not JSON', '7'])(
    'has its defaults if the cookie is %j',
    (text) => {
      expect(parseReadingLayout(text)).toEqual(DEFAULT_READING_LAYOUT);
    },
  );
});

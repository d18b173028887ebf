import { describe, expect, it } from 'vitest';
import { scrollShare, scrollTopAt } from './scroll-share.ts';

const box = (scrollTop: number, scrollHeight = 1_100) => ({ scrollTop, scrollHeight, clientHeight: 100 });

describe('the share of an answer that is scrolled', () => {
  it('goes from 0 at the start to 1 at the end', () => {
    expect([0, 250, 1_000].map((top) => scrollShare(box(top)))).toEqual([0, 0.25, 1]);
  });

  it('stays within these bounds while a touch screen bounces', () => {
    expect([-30, 1_030].map((top) => scrollShare(box(top)))).toEqual([0, 1]);
  });

  it('does not exist if the whole answer is visible', () => {
    expect(scrollShare(box(0, 100))).toBeUndefined();
  });

  it('is a position in a longer and in a shorter answer', () => {
    expect(scrollTopAt(0.25, box(0, 4_100))).toBe(1_000);
    expect(scrollTopAt(1, box(0, 100))).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { turnHotkey, turnToShow } from './turn-jump.ts';

const key = (code: string, more = {}) => ({
  code,
  altKey: true,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...more,
});

describe('the keys of a jump', () => {
  it('are Alt+K and Alt+J, whatever character they type', () => {
    expect(turnHotkey(key('KeyK'))).toBe('previous');
    expect(turnHotkey(key('KeyJ'))).toBe('next');
  });

  it.each([{ altKey: false }, { ctrlKey: true }, { metaKey: true }, { shiftKey: true }])(
    'are not %j',
    (more) => {
      expect(turnHotkey(key('KeyJ', more))).toBeUndefined();
    },
  );
});

describe('a jump', () => {
  it('leads from one turn to its neighbours', () => {
    expect(turnToShow([-900, 0, 900], 'next')).toBe(2);
    expect(turnToShow([-900, 0.4, 900], 'previous')).toBe(0);
  });

  it('leads back to the beginning of the turn that is being read', () => {
    expect(turnToShow([-900, -300, 600], 'previous')).toBe(1);
  });

  it('leads nowhere from the first and the last turn', () => {
    expect(turnToShow([0, 900], 'previous')).toBeUndefined();
    expect(turnToShow([-900, -1], 'next')).toBeUndefined();
    expect(turnToShow([], 'next')).toBeUndefined();
  });
});

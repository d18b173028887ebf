import { expect, it } from 'vitest';
import { panelHotkey } from './panel-hotkeys.ts';

const press = (code: string, more: Partial<Parameters<typeof panelHotkey>[0]> = {}) =>
  panelHotkey({ code, altKey: true, ctrlKey: false, metaKey: false, shiftKey: false, ...more });

it('Alt+1 to 6 focus a panel, with Shift they prefer it', () => {
  expect(press('Digit1')).toEqual({ action: 'focus', index: 0 });
  expect(press('Digit6', { shiftKey: true })).toEqual({ action: 'prefer', index: 5 });
});

it('Alt+0 shows one panel alone, Alt+Shift+0 ranks all', () => {
  expect(press('Digit0', { shiftKey: true })).toEqual({ action: 'rank' });
  expect(press('Digit0')).toEqual({ action: 'alone' });
});

it('ignores all other keys', () => {
  expect(press('Digit7')).toBeUndefined();
  expect(press('Digit1', { altKey: false })).toBeUndefined();
  expect(press('Digit1', { ctrlKey: true })).toBeUndefined();
  expect(press('KeyA')).toBeUndefined();
});

import { expect, it } from 'vitest';
import { isComposing } from './composing.ts';

it.each([
  [{ isComposing: true, keyCode: 13 }, true],
  [{ isComposing: false, keyCode: 229 }, true],
  [{ isComposing: true, keyCode: 229 }, true],
  [{ isComposing: false, keyCode: 27 }, false],
])('%o composes: %s', (event, composing) => expect(isComposing(event)).toBe(composing));

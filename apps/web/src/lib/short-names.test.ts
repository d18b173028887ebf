import { expect, it } from 'vitest';
import { shortNames } from './short-names.ts';

it('removes the common beginning of names, unless nothing would be left', () => {
  expect(shortNames(['SmolLM2 · careful', 'SmolLM2 · brief'])).toEqual(['careful', 'brief']);
  expect(shortNames(['S · a', 'GPT-5.2', 'S · b'])).toEqual(['a', 'GPT-5.2', 'b']);
  expect(shortNames(['SmolLM2 · careful', 'GPT-5.2'])).toEqual(['SmolLM2 · careful', 'GPT-5.2']);
  expect(shortNames(['GPT-5.2', 'GPT-5.2 mini'])).toEqual(['GPT-5.2', 'GPT-5.2 mini']);
  expect(shortNames(['SmolLM2 · careful'])).toEqual(['SmolLM2 · careful']);
  expect(shortNames([])).toEqual([]);
});

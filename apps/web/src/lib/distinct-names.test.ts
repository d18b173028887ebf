import { expect, it } from 'vitest';
import { distinctNames } from './distinct-names.ts';

it('names that occur more than once get numbers, in their order', () => {
  expect(distinctNames(['Alder', 'Birch', 'Alder'])).toEqual(['Alder (1)', 'Birch', 'Alder (2)']);
});

import { expect, it } from 'vitest';
import { foldedCount } from './fold.ts';

it('panels after the fourth are folded away, unless the person wants to see all', () => {
  expect([1, 4, 5, 6].map((panels) => foldedCount(panels, false))).toEqual([0, 0, 1, 2]);
  expect([1, 4, 5, 6].map((panels) => foldedCount(panels, true))).toEqual([0, 0, 0, 0]);
});

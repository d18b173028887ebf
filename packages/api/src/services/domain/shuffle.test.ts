import { expect, test } from 'vitest';
import { shuffled } from './shuffle.ts';

test('every order is possible, and nothing is lost', () => {
  const orders = new Set<string>();
  for (let a = 0; a < 3; a += 1) {
    for (let b = 0; b < 2; b += 1) {
      const draws = [a, b, 0];
      orders.add(shuffled(['x', 'y', 'z'], () => draws.shift() ?? 0).join(''));
    }
  }
  expect([...orders].toSorted()).toEqual(['xyz', 'xzy', 'yxz', 'yzx', 'zxy', 'zyx']);
});

import { expect, it } from 'vitest';
import { createServerClock } from './server-clock.ts';

it.each([600_000, -600_000, 0])('converts both ways when the browser is %i ms ahead', (aheadMs) => {
  const clock = createServerClock(
    { serverMs: 1_000_000, browserMs: 1_000_000 + aheadMs },
    () => 1_005_000 + aheadMs,
  );
  expect(clock.toBrowserMs(new Date(1_002_000))).toBe(1_002_000 + aheadMs);
  expect(clock.toBrowserMs(1_002_000)).toBe(1_002_000 + aheadMs);
  expect(clock.now().getTime()).toBe(1_005_000);
});

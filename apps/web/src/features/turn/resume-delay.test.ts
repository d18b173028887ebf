import { expect, it } from 'vitest';
import { resumeDelayMs } from './resume-delay.ts';

it('doubles up to a limit, with a jitter of half the delay', () => {
  expect([1, 2, 3].map((failures) => resumeDelayMs(failures, 1))).toEqual([400, 800, 1_600]);
  expect(resumeDelayMs(50, 1)).toBe(15_000);
  expect(resumeDelayMs(1, 0)).toBe(200);
});

import { expect, test } from 'vitest';
import { milestonesOf } from './milestones.ts';

test('an answer without thoughts has its first word at its first token, also in older runs', () => {
  const answer = { text: 'Yes.', reasoning: '' };
  const expected = { firstWordMs: 500, finishedMs: 900 };
  expect(milestonesOf({ ...answer, timings: { firstTokenMs: 500, firstTextMs: 500, totalMs: 900 } })).toEqual(
    expect.objectContaining(expected),
  );
  expect(milestonesOf({ ...answer, timings: { firstTokenMs: 500, totalMs: 900 } })).toMatchObject(expected);
});

test('thoughts are timed apart from the answer: their start and how long they took', () => {
  const timings = { firstTokenMs: 500, firstTextMs: 4_500, totalMs: 6_000 };
  expect(milestonesOf({ text: 'Yes.', reasoning: 'Hm.', timings })).toEqual({
    firstThoughtMs: 500,
    firstWordMs: 4_500,
    finishedMs: 6_000,
    thinkingMs: 4_000,
  });
});

test('thoughts without an answer took until the end', () => {
  const timings = { firstTokenMs: 500, totalMs: 6_000 };
  expect(milestonesOf({ text: '', reasoning: 'Hm.', timings })).toMatchObject({ thinkingMs: 5_500 });
});

test('an older run with thoughts has no known first word', () => {
  const timings = { firstTokenMs: 500, totalMs: 6_000 };
  const { firstWordMs, thinkingMs } = milestonesOf({ text: 'Yes.', reasoning: 'Hm.', timings });
  expect([firstWordMs, thinkingMs]).toEqual([undefined, undefined]);
});

test('a running response has the times that the server measured so far', () => {
  expect(milestonesOf({ text: '', reasoning: 'Hm.', firstTokenMs: 400 })).toEqual({ firstThoughtMs: 400 });
  expect(milestonesOf({ text: 'Y', reasoning: 'Hm.', firstTokenMs: 400, firstTextMs: 900 })).toMatchObject({
    firstWordMs: 900,
    thinkingMs: 500,
  });
});

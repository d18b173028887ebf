import { expect, it } from 'vitest';
import { attemptFor, fingerprintOf, type Submission } from './attempt.ts';

const submission: Submission = {
  sessionId: undefined,
  prompt: 'Why is the sky blue?',
  modelIds: ['a', 'b'],
  mode: 'compare',
};

it('keeps the key for the same content, so that a repeated send is one turn', () => {
  const first = attemptFor(submission, undefined, () => 'k1');
  expect(attemptFor({ ...submission }, first, () => 'k2')).toBe(first);
});

it.each([
  ['prompt', { prompt: 'Why is the sky blue!' }],
  ['models', { modelIds: ['b', 'a'] }],
  ['session', { sessionId: 'ses_1' }],
  ['mode', { mode: 'continue' as const }],
])('takes a new key when the %s changed', (_, change) => {
  const first = attemptFor(submission, undefined, () => 'k1');
  expect(attemptFor({ ...submission, ...change }, first, () => 'k2').key).toBe('k2');
});

it('names contents that differ in one character apart', () => {
  const names = new Set<string>();
  for (let i = 0; i < 2_000; i += 1) names.add(fingerprintOf({ ...submission, prompt: `p${i}` }));
  expect(names.size).toBe(2_000);
});

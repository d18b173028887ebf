import { expect, it } from 'vitest';
import { fingerprintOf, type Submission, submissionKeyFor } from './submission.ts';

const panels = [{ modelId: 'a' }, { modelId: 'b' }];
const submission = {
  sessionId: undefined,
  prompt: 'Why is the sky blue?',
  mode: 'compare',
  panels,
} as const satisfies Submission;
const continued: Submission = {
  sessionId: 'ses_1',
  prompt: 'More?',
  mode: 'continue',
  responseId: 'rsp_1',
};

it('keeps the key for the same content, so that sending it again creates no second turn', () => {
  const first = submissionKeyFor(submission, undefined, () => 'k1');
  expect(submissionKeyFor({ ...submission }, first, () => 'k2')).toBe(first);
});

it.each<[string, Submission, Submission]>([
  ['prompt', submission, { ...submission, prompt: 'Why is the sky blue!' }],
  ['order of the models', submission, { ...submission, panels: panels.toReversed() }],
  [
    'parameters',
    submission,
    { ...submission, panels: panels.map((one) => ({ ...one, parameters: { topP: 0.5 } })) },
  ],
  ['session', submission, { ...submission, sessionId: 'ses_1' }],
  ['mode', { ...submission, sessionId: 'ses_1', prompt: 'More?' }, continued],
  ['response to continue with', continued, { ...continued, responseId: 'rsp_2' }],
])('takes a new key when the %s changed', (_, before, after) => {
  const first = submissionKeyFor(before, undefined, () => 'k1');
  expect(submissionKeyFor(after, first, () => 'k2').key).toBe('k2');
});

it('gives contents that differ in one character different fingerprints', () => {
  const names = new Set<string>();
  for (let i = 0; i < 2_000; i += 1) names.add(fingerprintOf({ ...submission, prompt: `p${i}` }));
  expect(names.size).toBe(2_000);
});

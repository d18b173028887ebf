import { expect, test } from 'vitest';
import { type ChoiceTurn, chosenResponse, continuedResponse, continueWithOf } from './continuation.ts';
import type { ResponseId } from './ids.ts';

const responses: { responseId: ResponseId }[] = [{ responseId: 'rsp_a' }, { responseId: 'rsp_b' }];
const turn = (more: Partial<ChoiceTurn<{ responseId: ResponseId }>> = {}) => ({
  mode: 'compare' as const,
  preference: null,
  responses,
  ...more,
});
const chosen = turn({ preference: { continueWith: 'rsp_b' } });
const open = turn({ preference: { continueWith: null } });
const continued = turn({ mode: 'continue', responses: [{ responseId: 'rsp_c' }] });

test('a ballot with one best response continues with it', () => {
  expect(continueWithOf({ tiers: [['rsp_b'], ['rsp_a']] })).toBe('rsp_b');
});

test('a ballot with several best responses continues with the one of them that the person named', () => {
  const tied = { tiers: [['rsp_a', 'rsp_b'] as ResponseId[]] };
  expect(continueWithOf(tied)).toBeNull();
  expect(continueWithOf(tied, 'rsp_b')).toBe('rsp_b');
  expect(continueWithOf(tied, 'rsp_c')).toBeNull();
});

test('a ballot without a good response continues with none', () => {
  expect(continueWithOf({ tiers: [] })).toBeNull();
  expect(continueWithOf({ tiers: [] }, 'rsp_a')).toBeNull();
});

test('a comparison continues only with its chosen response', () => {
  expect(chosenResponse(chosen)?.responseId).toBe('rsp_b');
  expect(chosenResponse(turn())).toBeUndefined();
  expect(chosenResponse(open)).toBeUndefined();
});

test('a continued turn continues with its only response', () => {
  expect(chosenResponse(continued)?.responseId).toBe('rsp_c');
});

test('only the last turn counts', () => {
  expect(continuedResponse([])).toBeUndefined();
  expect(continuedResponse([open, chosen])?.responseId).toBe('rsp_b');
  expect(continuedResponse([chosen, continued])?.responseId).toBe('rsp_c');
  expect(continuedResponse([chosen, turn()])).toBeUndefined();
  expect(continuedResponse([chosen, open])).toBeUndefined();
});

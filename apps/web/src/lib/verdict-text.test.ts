import type { PreferenceView } from '@aideator/contract/views';
import { expect, it } from 'vitest';
import { isPassedOver, reasonsText, type Standing, standingOf, worstReasonsText } from './verdict-text.ts';

it('joins the reasons and the person’s own words, or returns either alone', () => {
  expect(reasonsText({ reasons: ['clearer', 'shorter'], feedback: 'no fluff' })).toBe(
    'Clearer, Shorter: no fluff',
  );
  expect(reasonsText({ reasons: ['clearer'], feedback: null })).toBe('Clearer');
  expect(reasonsText({ reasons: [], feedback: 'why not' })).toBe('why not');
  expect(reasonsText({ reasons: [], feedback: null })).toBe('');
});

it('names the reasons for the worst', () => {
  expect(worstReasonsText(['too_long', 'worse_code'])).toBe('Too long, Worse code');
});

type Given = Pick<PreferenceView, 'tiers' | 'worst'>;

it.each<[string, Given, Record<'rsp_a' | 'rsp_b' | 'rsp_c', Standing>]>([
  [
    'one preferred response and a worst',
    { tiers: [['rsp_a']], worst: 'rsp_c' },
    { rsp_a: 'preferred', rsp_b: 'behind', rsp_c: 'worst' },
  ],
  [
    'several equally good ones',
    { tiers: [['rsp_a', 'rsp_b']], worst: null },
    { rsp_a: 'equal', rsp_b: 'equal', rsp_c: 'behind' },
  ],
  [
    'a ranking of all',
    { tiers: [['rsp_b'], ['rsp_a', 'rsp_c']], worst: null },
    { rsp_a: 'behind', rsp_b: 'preferred', rsp_c: 'behind' },
  ],
  ['none of them', { tiers: [], worst: 'rsp_b' }, { rsp_a: 'behind', rsp_b: 'worst', rsp_c: 'behind' }],
])('tells where the verdict puts each response for %s', (_, preference, expected) => {
  const ids = ['rsp_a', 'rsp_b', 'rsp_c'] as const;
  expect(Object.fromEntries(ids.map((id) => [id, standingOf(preference, id)]))).toEqual(expected);
});

it('passes over all but the best responses, and none without a verdict', () => {
  const passedOver = (['preferred', 'equal', 'worst', 'behind'] as const).filter(isPassedOver);
  expect(passedOver).toEqual(['worst', 'behind']);
  expect(isPassedOver(standingOf(null, 'rsp_a'))).toBe(false);
});

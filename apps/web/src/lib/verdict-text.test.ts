import type { ResponseId } from '@aideator/contract/ids';
import { expect, it } from 'vitest';
import { preferenceFor } from '~/features/turn/testing/views.ts';
import { isPassedOver, reasonsText } from './verdict-text.ts';

it('joins the reasons and the person’s own words, or returns either alone', () => {
  expect(reasonsText({ reasons: ['clearer', 'shorter'], feedback: 'no fluff' })).toBe(
    'Clearer, Shorter: no fluff',
  );
  expect(reasonsText({ reasons: ['clearer'], feedback: null })).toBe('Clearer');
  expect(reasonsText({ reasons: [], feedback: 'why not' })).toBe('why not');
  expect(reasonsText({ reasons: [], feedback: null })).toBe('');
});

it.each<[string, ResponseId[][], { best: boolean; other: boolean }]>([
  ['one preferred response', [['rsp_best'], ['rsp_other']], { best: false, other: true }],
  ['several equally good ones', [['rsp_best', 'rsp_other']], { best: false, other: false }],
  ['none of them', [], { best: true, other: true }],
])('passes over all but the best responses of a ballot for %s', (_, tiers, expected) => {
  const preference = { ...preferenceFor('rsp_best'), tiers };
  const passed = {
    best: isPassedOver(preference, 'rsp_best'),
    other: isPassedOver(preference, 'rsp_other'),
  };
  expect(passed).toEqual(expected);
  expect(isPassedOver(null, 'rsp_other')).toBe(false);
});

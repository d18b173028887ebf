import type { SetPreferenceInput } from '@aideator/contract/preference-input';
import { expect, it } from 'vitest';
import { type BallotOp, opToSend, type PendingOp, withOp, withPendingOps } from './ballot-ops.ts';
import { preferenceFor, turnView } from './testing/views.ts';

const given: SetPreferenceInput = {
  turnId: 'trn_1',
  preferenceId: 'prf_2',
  ballot: { tiers: [['rsp_0', 'rsp_1']], worst: null },
  continueWith: 'rsp_1',
  reasons: ['clearer'],
  worstReasons: [],
  feedback: '',
  circumstances: {
    panels: [],
    widthClass: 'wide',
    metricsVisible: true,
    msSinceFirstAnswer: null,
    decidedMsAgo: 0,
  },
};
const set: BallotOp = { kind: 'set', input: given };

const pending = (op: BallotOp, turnId: PendingOp['turnId'] = 'trn_1'): PendingOp => ({
  key: '1',
  sessionId: 'ses_1',
  turnId,
  decidedAtMs: 0,
  op,
});

it('shows a ballot before it is stored', () => {
  expect(withOp(preferenceFor('rsp_0'), set)).toMatchObject({
    id: 'prf_2',
    verdict: 'tie',
    tiers: [['rsp_0', 'rsp_1']],
    continueWith: 'rsp_1',
    reasons: ['clearer'],
    feedback: null,
  });
});

it('adds to the verdict that it names, and to no other', () => {
  const amend = (preferenceId: 'prf_1' | 'prf_2'): BallotOp => ({
    kind: 'amend',
    input: { preferenceId, worst: 'rsp_1', feedback: 'no' },
  });
  expect(withOp(preferenceFor('rsp_0'), amend('prf_1'))).toMatchObject({ worst: 'rsp_1', feedback: 'no' });
  expect(withOp(preferenceFor('rsp_0'), amend('prf_2'))).toEqual(preferenceFor('rsp_0'));
  expect(withOp(null, amend('prf_1'))).toBeNull();
});

it('clears the verdict that it names, or any if it names none', () => {
  const clear = (more: object): BallotOp => ({ kind: 'clear', input: { turnId: 'trn_1', ...more } });
  expect(withOp(preferenceFor('rsp_0'), clear({ preferenceId: 'prf_1' }))).toBeNull();
  expect(withOp(preferenceFor('rsp_0'), clear({}))).toBeNull();
  expect(withOp(preferenceFor('rsp_0'), clear({ preferenceId: 'prf_2' }))).toEqual(preferenceFor('rsp_0'));
});

it('applies the calls of a turn in their order, and leaves other turns as they are', () => {
  const turns = [turnView(), turnView({ id: 'trn_2' })];
  const undo: BallotOp = { kind: 'clear', input: { turnId: 'trn_1', preferenceId: 'prf_2' } };
  const shown = withPendingOps(turns, [pending(set), pending(undo)]);
  expect(shown[0]?.preference).toBeNull();
  expect(withPendingOps(turns, [pending(set)])[0]?.preference?.id).toBe('prf_2');
  expect(shown[1]).toBe(turns[1]);
  expect(withPendingOps(turns, [])).toBe(turns);
});

it('sends a ballot with the time since its decision, never a negative one', () => {
  const at = (decidedAtMs: number, nowMs: number) => {
    const { input } = opToSend({ op: set, decidedAtMs }, nowMs);
    return 'circumstances' in input ? input.circumstances.decidedMsAgo : undefined;
  };
  expect(at(1_000, 61_000)).toBe(60_000);
  expect(at(2_000, 1_000)).toBe(0);
});

import { randomUUID } from 'node:crypto';
import type { TurnView } from '@aideator/contract/views';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Harness, type Member, startHarness } from './testing/harness.ts';
import { ballotOn, compare, responseIdAt, stored, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;
beforeAll(async () => {
  harness = await startHarness();
  ann = await harness.member();
});
afterAll(() => harness[Symbol.asyncDispose]());

/** A finished comparison, as stored. */
async function compared(modelIds: string[]): Promise<TurnView> {
  for (const id of modelIds) harness.gateway.setScript(id, { text: `answer of ${id}` });
  const { turn } = await compare(ann, modelIds);
  await watch(harness, ann, { turnId: turn.id });
  return stored(ann, turn);
}

const continueAfter = (turn: TurnView) =>
  ann.call.turn.submit({
    mode: 'continue',
    sessionId: turn.sessionId,
    prompt: 'More?',
    idempotencyKey: randomUUID(),
  });

test('a ballot is stored with its reasons, replaced as a whole, and cleared once', async () => {
  const turn = await compared(['a', 'b', 'c']);
  const ballot = ballotOn(turn, [[1], [0]], {
    worstPosition: 2,
    reasons: ['clearer'],
    worstReasons: ['too_long'],
    feedback: ' no fluff ',
  });
  const given = await ann.call.preference.set(ballot);
  expect(given).toEqual({
    id: ballot.preferenceId,
    verdict: 'response',
    ...ballot.ballot,
    continueWith: responseIdAt(turn, 1),
    reasons: ['clearer'],
    worstReasons: ['too_long'],
    feedback: 'no fluff',
    createdAt: expect.any(Date),
    isBlind: false,
    isAfterReveal: false,
  });
  expect((await stored(ann, turn)).preference).toEqual(given);
  await ann.call.preference.set(ballotOn(turn, [], { feedback: '  ' }));
  expect((await stored(ann, turn)).preference).toMatchObject({
    verdict: 'none',
    tiers: [],
    worst: null,
    continueWith: null,
    reasons: [],
    feedback: null,
  });
  expect(await ann.call.preference.clear({ turnId: turn.id })).toBe(true);
  expect((await stored(ann, turn)).preference).toBeNull();
  expect(await ann.call.preference.clear({ turnId: turn.id })).toBe(false);
});

test('the worst and reasons are added to the current ballot', async () => {
  const turn = await compared(['a', 'b', 'c']);
  const ballot = ballotOn(turn, [[1]], { feedback: 'at first' });
  await ann.call.preference.set(ballot);
  const { preferenceId } = ballot;
  await ann.call.preference.amend({ preferenceId, worst: responseIdAt(turn, 0) });
  await ann.call.preference.amend({ preferenceId, reasons: ['shorter'], feedback: ' ' });
  expect((await stored(ann, turn)).preference).toMatchObject({
    id: preferenceId,
    worst: responseIdAt(turn, 0),
    reasons: ['shorter'],
    feedback: null,
  });
});

test('after several equally good responses the session continues with the one that the person names', async () => {
  const turn = await compared(['a', 'b']);
  const tied = ballotOn(turn, [[0, 1]]);
  await ann.call.preference.set(tied);
  await expect(continueAfter(turn)).rejects.toMatchObject({ cause: { code: 'nothing_to_continue' } });
  await ann.call.preference.amend({
    preferenceId: tied.preferenceId,
    continueWith: responseIdAt(turn, 1),
  });
  const next = await continueAfter(turn);
  expect(next.turn.responses.map(({ modelId }) => modelId)).toEqual(['b']);
  await watch(harness, ann, { turnId: next.turn.id });
});

test('a retry of the preferred response returns the turn without the verdict about its dropped text', async () => {
  const turn = await compared(['a', 'b']);
  await ann.call.preference.set(ballotOn(turn, [[0]]));
  const retried = await ann.call.response.retry({ responseId: responseIdAt(turn, 0) });
  expect(retried.preference).toBeNull();
  await watch(harness, ann, { turnId: turn.id });
  await expect(ann.call.preference.set(ballotOn(turn, [[0]]))).rejects.toMatchObject({
    cause: { code: 'conflict' },
  });
});

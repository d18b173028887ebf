import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCaller } from '../root.ts';
import { createRunRecords } from '../services/collection/record-run.ts';
import { type Harness, type Member, startHarness } from '../testing/harness.ts';
import { compare, responseIdAt, stored, until, type Viewer, watch } from '../testing/turns.ts';
import { createCollectors } from './collectors.ts';
import type { RunPlaces } from './run-places.ts';

const SLOW = { text: 'one two three four five six seven eight nine ten '.repeat(8), tokensPerSecond: 20 };

let harness: Harness;
let ann: Member;
beforeEach(async () => {
  harness = await startHarness();
  ann = await harness.member();
});
afterEach(() => harness[Symbol.asyncDispose]());

describe('while another response of the turn streams', () => {
  test('a retry after a cancel completes with its text', async () => {
    harness.gateway.setScript('a', SLOW);
    harness.gateway.setScript('b', SLOW);
    const { turn } = await compare(ann, ['a', 'b']);
    const responseId = responseIdAt(turn, 1);
    await until('both were asked for', () => harness.gateway.requests.length === 2);
    let retrying: Promise<unknown> | undefined;
    let ending: Promise<unknown> | undefined;
    const isRetried = ({ states }: Viewer): boolean =>
      states[1]?.attempt === 2 && states[1].status === 'completed';
    const watching = watch(harness, ann, {
      turnId: turn.id,
      onEvent: (viewer) => {
        if (viewer.states[1]?.status === 'cancelled' && !retrying) {
          harness.gateway.setScript('b', { text: 'now it works' });
          retrying = ann.call.response.retry({ responseId });
        }
        if (isRetried(viewer)) ending ??= ann.call.turn.cancel({ turnId: turn.id });
      },
    });
    await ann.call.response.cancel({ responseId });
    const viewer = await watching;
    await Promise.all([retrying, ending]);
    expect(viewer.state(1)).toMatchObject({ attempt: 2, status: 'completed', text: 'now it works' });
    expect(viewer.state(0).status).toBe('cancelled');
    expect((await stored(ann, turn)).responses[1]).toMatchObject({
      status: 'completed',
      text: 'now it works',
    });
  });
});

test('a cancel ends the wait for a place immediately, even if no place becomes free', async () => {
  const noPlaces: RunPlaces = {
    max: 0,
    take: async ({ signal }) => void (await once(signal, 'abort')),
    freed: () => undefined,
  };
  const { renewSeconds } = harness.deps.settings.lease;
  const records = createRunRecords(harness.deps);
  const collectors = createCollectors({ ...harness.deps, places: noPlaces, records, renewSeconds });
  const deps = { ...harness.deps, places: noPlaces, collectors };
  const call = createCaller({ deps, person: ann.person, clientAddress: 'test' });
  const { turn } = await compare({ ...ann, call }, ['a']);
  const watching = watch({ ...harness, deps }, ann, { turnId: turn.id });
  expect(collectors.size).toBe(1);
  await call.turn.cancel({ turnId: turn.id });
  await until('the collector has finished', () => collectors.size === 0);
  expect((await watching).state(0).status).toBe('cancelled');
  expect(harness.gateway.requests).toEqual([]);
});

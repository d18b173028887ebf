import { randomUUID } from 'node:crypto';
import { expireTurnLease } from '@aideator/db/queries/leases';
import { listCurrentRuns } from '@aideator/db/queries/runs';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { createCollectors } from './collector/collectors.ts';
import { createMemoryFeed } from './feed/memory-feed.ts';
import { createRunRecords } from './services/collection/record-run.ts';
import { cancelTurn } from './services/turns/cancel-turn.ts';
import { watchVisible } from './services/viewing/watch-visible.ts';
import { changedLines, HandDrivenBackend } from './testing/hand-driven-backend.ts';
import { type Harness, type HarnessOptions, type Member, startHarness } from './testing/harness.ts';
import { compare, responseIdAt, stored, until, watch } from './testing/turns.ts';

let harness: Harness;
let ann: Member;

async function start(options: HarnessOptions = {}): Promise<void> {
  harness = await startHarness(options);
  ann = await harness.member();
}
afterEach(() => harness[Symbol.asyncDispose]());

const SLOW = { text: 'one two three four five six seven eight nine ten '.repeat(8), tokensPerSecond: 20 };
const upstreamIs = (count: number) => () => harness.gateway.requests.length === count;
const noneAlive = async () => (await harness.deps.backend.list()).length === 0;

/** Dependencies of another process, which collects none of the turns. */
function otherProcess() {
  const { deps } = harness;
  const { renewSeconds } = deps.settings.lease;
  return {
    ...deps,
    collectors: createCollectors({ ...deps, records: createRunRecords(deps), renewSeconds }),
  };
}

describe('a session', () => {
  test('has one active turn: a second prompt is refused and not stored until the turn is over', async () => {
    await start();
    harness.gateway.setScript('a', SLOW);
    const { session, turn } = await compare(ann, ['a']);
    const more = { sessionId: session.id, prompt: 'me too' };
    await expect(compare(ann, ['b'], more)).rejects.toMatchObject({ cause: { code: 'turn_active' } });
    expect((await ann.call.session.get({ sessionId: session.id })).turns).toHaveLength(1);
    await until('the gateway was called', upstreamIs(1));
    await ann.call.turn.cancel({ turnId: turn.id });
    await watch(harness, ann, { turnId: turn.id });
    harness.gateway.setScript('b', { text: 'now' });
    const next = await compare(ann, ['b'], more);
    await watch(harness, ann, { turnId: next.turn.id });
    expect(next.turn.number).toBe(2);
  });

  test('accepts one of two concurrent prompts', async () => {
    await start();
    harness.gateway.setScript('a', { text: 'first' });
    const { session, turn } = await compare(ann, ['a']);
    await watch(harness, ann, { turnId: turn.id });
    harness.gateway.setScript('a', SLOW);
    const both = await Promise.allSettled(
      ['x', 'y'].map((prompt) => compare(ann, ['a'], { sessionId: session.id, prompt })),
    );
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { cause: { code: 'turn_active' } },
    });
    expect((await ann.call.session.get({ sessionId: session.id })).turns).toHaveLength(2);
  });

  test('does not retry a response that is still being written', async () => {
    await start();
    harness.gateway.setScript('a', SLOW);
    const { turn } = await compare(ann, ['a']);
    await until('the gateway was called', upstreamIs(1));
    const responseId = responseIdAt(turn, 0);
    await expect(ann.call.response.retry({ responseId })).rejects.toMatchObject({
      cause: { code: 'turn_active' },
    });
  });

  test('that is deleted cancels its runs: the upstream call is aborted and no process is left', async () => {
    await start();
    harness.gateway.setScript('a', SLOW);
    const { session } = await compare(ann, ['a']);
    await until('the gateway was called', upstreamIs(1));
    await ann.call.session.delete({ sessionId: session.id });
    await harness.gateway.requests[0]?.clientGone;
    expect(await noneAlive()).toBe(true);
  });
});

describe('cancelling', () => {
  test('a run that is still being started ends it once it has started', async () => {
    const gate = Promise.withResolvers<void>();
    await start({
      wrapBackend: (backend) => ({
        ...changedLines(backend, () => (event) => [event]),
        start: async (run) => {
          await gate.promise;
          await backend.start(run);
        },
      }),
    });
    harness.gateway.setScript('a', SLOW);
    const { turn } = await compare(ann, ['a']);
    await ann.call.turn.cancel({ turnId: turn.id });
    gate.resolve();
    const viewer = await watch(harness, ann, { turnId: turn.id });
    expect(viewer.state(0).status).toBe('cancelled');
  });

  test('from a process that does not collect the turn ends its runs too', async () => {
    await start();
    harness.gateway.setScript('a', SLOW);
    const { turn } = await compare(ann, ['a']);
    await until('the gateway was called', upstreamIs(1));
    await cancelTurn(otherProcess(), { userId: ann.person.id, turnId: turn.id });
    expect(await noneAlive()).toBe(true);
    await harness.gateway.requests[0]?.clientGone;
    expect((await stored(ann, turn)).responses[0]?.status).toBe('cancelled');
  });

  test('a run that then ends silently records `cancelled`, not a crash', async () => {
    const backend = new HandDrivenBackend();
    await start({ wrapBackend: () => backend });
    const { turn } = await compare(ann, ['a']);
    await until('the run is started', () => backend.started.length === 1);
    await ann.call.turn.cancel({ turnId: turn.id });
    await backend.close();
    expect((await watch(harness, ann, { turnId: turn.id })).state(0).status).toBe('cancelled');
    expect((await stored(ann, turn)).responses[0]).toMatchObject({ status: 'cancelled' });
  });

  test('a run whose process is gone records `cancelled`', async () => {
    const backend = new HandDrivenBackend();
    await start({ wrapBackend: () => backend });
    const { turn } = await compare(ann, ['a']);
    await until('the run is started', () => backend.started.length === 1);
    // The collector is gone too.
    await expireTurnLease(harness.deps.db, { turnId: turn.id, epoch: 1 });
    await cancelTurn(otherProcess(), { userId: ann.person.id, turnId: turn.id });
    expect(backend.cancelled).toHaveLength(1);
    expect((await stored(ann, turn)).responses[0]?.status).toBe('cancelled');
    await backend.close();
    expect((await watch(harness, ann, { turnId: turn.id })).state(0).status).toBe('cancelled');
  });
});

test('a viewer gets the stored turn when the feed cannot be read and the turn is over', async () => {
  const backend = new HandDrivenBackend();
  await start({ wrapBackend: () => backend });
  const { turn } = await compare(ann, ['a']);
  const signal = new AbortController().signal;
  const watching = watchVisible(
    { ...harness.deps, feed: createMemoryFeed() },
    { userId: ann.person.id, turnId: turn.id, signal },
  );
  const first = watching.next();
  await backend.close();
  expect((await first).value?.event).toMatchObject({
    type: 'snapshot',
    responses: [{ status: 'failed' }],
  });
  expect((await watching.next()).value?.event).toEqual({ type: 'done' });
});

test('a viewer that leaves a quiet stream is released immediately', async () => {
  const backend = new HandDrivenBackend();
  await start({ wrapBackend: () => backend });
  const { turn } = await compare(ann, ['a']);
  const leaving = new AbortController();
  const viewer = await watch(harness, ann, {
    turnId: turn.id,
    signal: leaving.signal,
    onEvent: () => setImmediate(() => leaving.abort()),
  });
  expect(viewer.done).toBe(false);
  await backend.close();
});

test('a double click starts one process per model', async () => {
  const backend = new HandDrivenBackend();
  await start({ wrapBackend: () => backend });
  const panels = [{ modelId: 'a' }, { modelId: 'b' }];
  const input = { prompt: 'x', panels, mode: 'compare' as const, idempotencyKey: randomUUID() };
  const both = await Promise.all([ann.call.turn.submit(input), ann.call.turn.submit(input)]);
  await backend.close();
  await watch(harness, ann, { turnId: both[0].turn.id });
  expect(backend.started.map(({ model }) => model).toSorted()).toEqual(['a', 'b']);
});

describe('a turn that is over', () => {
  test('leaves no lease, no lines and no collector', async () => {
    await start();
    harness.gateway.setScript('a', { text: 'x' });
    const { turn } = await compare(ann, ['a']);
    await watch(harness, ann, { turnId: turn.id });
    await until('no collector is open', () => harness.deps.collectors.size === 0);
    const leases = await harness.deps.db.execute(sql`select lease_owner, lease_until from turns`);
    expect(leases.rows).toEqual([{ lease_owner: null, lease_until: null }]);
    const [current] = await listCurrentRuns(harness.deps.db, { turnId: turn.id });
    if (!current) throw new Error('the turn has no run');
    const ref = { runId: current.run.id, attempt: 1 };
    await until('the lines are freed', async () => {
      for await (const event of harness.deps.backend.follow(ref, new AbortController().signal))
        return event.type === 'exit';
      return false;
    });
  });
});

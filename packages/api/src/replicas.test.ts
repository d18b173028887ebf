import type { Backend } from '@aideator/contract/backend';
import { parseFeedId } from '@aideator/contract/feed';
import type { TurnView } from '@aideator/contract/views';
import { createAttempt } from '@aideator/db/queries/attempts';
import { openTurnEpoch, releaseTurnLease } from '@aideator/db/queries/leases';
import { recordResult } from '@aideator/db/queries/results';
import { runs } from '@aideator/db/schema/runs';
import { completed, makeTurn, newRun } from '@aideator/db/testing/factory';
import { eq, sql } from 'drizzle-orm';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from './context.ts';
import { watchVisible } from './services/viewing/watch-visible.ts';
import { gated } from './testing/gated-backend.ts';
import { redisBinary } from './testing/redis-server.ts';
import type { Replica } from './testing/replica.ts';
import { type Replicas, startReplicas } from './testing/replicas.ts';
import { stored, until, Viewer } from './testing/turns.ts';
import { callerAt, compareAt, epochsOf, expectRecordedOnce, hasSeen, viewAt } from './testing/viewing.ts';

const LEASE = { leaseSeconds: 1.5, renewSeconds: 0.4, sweepSeconds: 0.3 };
const LONG = 'The quick brown fox jumps over the lazy dog. 🦊 '.repeat(30);
const SPEED = { text: LONG, tokensPerSecond: 100 };

describe.runIf(redisBinary)('with several replicas', () => {
  let world: Replicas;
  let ann: Person;
  /** Stays up in every test and adopts the turns that other replicas leave. */
  let stays: Replica;

  beforeAll(async () => {
    world = await startReplicas(LEASE);
    ann = await world.person();
    stays = await world.start();
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const kept = (turn: Pick<TurnView, 'id' | 'sessionId'>) =>
    stored({ person: ann, call: callerAt(stays, ann) }, turn);

  const recordedOnce = (turn: TurnView, texts: string[]) =>
    expectRecordedOnce({ replica: stays, person: ann }, turn, texts);

  test('the collecting replica and another one show the same text, from the snapshot to done', async () => {
    world.gateway.setScript('a', SPEED);
    world.gateway.setScript('b', { text: LONG.slice(40), tokensPerSecond: 200 });
    await using collects = await world.start();
    const turn = await compareAt(collects, ann, ['a', 'b']);
    const [here, there] = await Promise.all([
      viewAt(collects, ann, { turnId: turn.id }),
      viewAt(stays, ann, { turnId: turn.id }),
    ]);
    expect(here.states).toEqual(there.states);
    expect(there.states.map(({ text }) => text)).toEqual([LONG, LONG.slice(40)]);
    expect(there.entries.length).toBeGreaterThan(20);
    expect(epochsOf(there)).toEqual(new Set([1]));
    await recordedOnce(turn, [LONG, LONG.slice(40)]);
  });

  test('a viewer that reconnects 20 times to alternating replicas loses and repeats nothing', async () => {
    world.gateway.setScript('a', SPEED);
    await using other = await world.start();
    const turn = await compareAt(other, ann, ['a']);
    const viewer = new Viewer();
    let connections = 0;
    while (!viewer.done) {
      const replica = connections % 2 === 0 ? stays : other;
      connections += 1;
      const lastEventId = viewer.entries.at(-1)?.id;
      const { signal } = new AbortController();
      let taken = 0;
      for await (const entry of watchVisible(replica.deps, {
        userId: ann.id,
        turnId: turn.id,
        lastEventId,
        signal,
      })) {
        viewer.take(entry);
        taken += 1;
        if (connections <= 20 && taken === 2 && !viewer.done) break;
      }
    }
    expect(connections).toBeGreaterThan(20);
    expect(viewer.state(0).text).toBe(LONG);
    expect(viewer.entries.filter(({ event }) => event.type === 'snapshot')).toHaveLength(1);
    const numbers = viewer.entries.map(({ id }) => parseFeedId(id)?.n ?? -1);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });

  test('when a replica is killed, another adopts the turn: each text continues where it was and is recorded once', async () => {
    for (const model of ['a', 'b', 'c']) world.gateway.setScript(model, SPEED);
    const doomed = await world.spawn();
    const turn = await doomed.compare(ann, ['a', 'b', 'c']);
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        if (hasSeen(at, 200)) doomed.kill('SIGKILL');
      },
    });
    expect(viewer.states.map(({ text }) => text)).toEqual([LONG, LONG, LONG]);
    expect(epochsOf(viewer)).toEqual(new Set([1, 2]));
    await recordedOnce(turn, [LONG, LONG, LONG]);
    expect(await doomed.exited).toBeNull();
  });

  test('when a replica freezes, another adopts the turn, and the first writes nothing after it wakes', async () => {
    world.gateway.setScript('a', { text: LONG, tokensPerSecond: 60 });
    const frozen = await world.spawn();
    const turn = await frozen.compare(ann, ['a']);
    let state: 'well' | 'frozen' | 'awake' = 'well';
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        if (state === 'well' && hasSeen(at, 200)) {
          frozen.kill('SIGSTOP');
          state = 'frozen';
        }
        if (state === 'frozen' && epochsOf(at).has(2)) {
          frozen.kill('SIGCONT');
          state = 'awake';
        }
      },
    });
    expect(state).toBe('awake');
    expect(viewer.state(0).text).toBe(LONG);
    await recordedOnce(turn, [LONG]);
    await using admin = connected(world.redis.url);
    const ids = (await admin.redis.xrange(`aideator:turn:${turn.id}:feed`, '-', '+')).map(([id]) =>
      parseFeedId(id),
    );
    expect(ids.every((id, i) => i === 0 || (id?.epoch ?? 0) >= (ids[i - 1]?.epoch ?? 0))).toBe(true);
  });

  test('the feed, the record and the lease refuse a collector whose lease has expired', async () => {
    world.gateway.setScript('a', { text: LONG, tokensPerSecond: 60 });
    const gate = gated();
    await using sleeper = await world.start({
      lease: { renewSeconds: 60, sweepSeconds: 60 },
      wrapBackend: gate.wrap,
    });
    const turn = await compareAt(sleeper, ann, ['a']);
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        if (hasSeen(at, 200)) gate.close();
        if (epochsOf(at).has(2)) gate.open();
      },
    });
    expect(viewer.state(0).text).toBe(LONG);
    await until('the sleeper noticed', () => sleeper.deps.collectors.size === 0);
    expect(sleeper.logged()).toContain('a turn was lost to another collector');
    await recordedOnce(turn, [LONG]);
  });

  test('a run that was stored but never started gets a new token and is started', async () => {
    world.gateway.setScript('openai/model-0', { text: 'after all' });
    const { turn, user } = await makeTurn(world.db, { models: 1 });
    const person = { id: user.id, role: user.role };
    const viewer = await viewAt(stays, person, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'after all', attempt: 1 });
  });

  test('a run that was never started ends as interrupted when it is older than the run timeout', async () => {
    const from = world.gateway.requests.length;
    const { turn, user, responses } = await makeTurn(world.db, { models: 1 });
    await world.db
      .update(runs)
      .set({ createdAt: sql`now() - interval '2 hours'` })
      .where(eq(runs.id, responses[0].runId));
    const viewer = await viewAt(stays, { id: user.id, role: user.role }, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'interrupted', error: { code: 'interrupted' } });
    expect(world.gateway.requests).toHaveLength(from);
  });

  test('a cancel at a replica that does not collect the turn keeps the text and aborts the upstream call', async () => {
    world.gateway.setScript('a', SPEED);
    world.gateway.setScript('b', { text: 'whole answer of b', tokensPerSecond: 2 });
    // The run does not report why it ends, so the collector must have received the cancel.
    const wrapBackend = (backend: Backend): Backend => ({ ...backend, cancel: world.backend.kill });
    await using collects = await world.start({ wrapBackend });
    await using asked = await world.start({ wrapBackend });
    const turn = await compareAt(collects, ann, ['a', 'b']);
    let stopping: Promise<void> | undefined;
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        if ((at.states[0]?.text.length ?? 0) < 100) return;
        stopping ??= callerAt(asked, ann).response.cancel({ responseId: at.state(0).responseId });
      },
    });
    await stopping;
    expect(viewer.states.map(({ status }) => status)).toEqual(['cancelled', 'completed']);
    expect(viewer.state(0).text.length).toBeGreaterThanOrEqual(100);
    expect((await kept(turn)).responses[0]?.text).toBe(viewer.state(0).text);
    await world.gateway.requests.findLast(({ model }) => model === 'a')?.clientGone;
  });

  test('a retry at one replica while another collects the turn: both responses complete', async () => {
    world.gateway.setScript('a', { error: { status: 400, body: { error: { message: 'no' } } } });
    world.gateway.setScript('b', SPEED);
    await using collects = await world.start();
    const turn = await compareAt(collects, ann, ['a', 'b']);
    let retrying: Promise<TurnView> | undefined;
    let isCompletedMeanwhile = false;
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        isCompletedMeanwhile ||= at.states[0]?.status === 'completed' && at.state(1).status === 'streaming';
        if (at.states[0]?.status !== 'failed' || at.state(1).text.length < 100 || retrying) return;
        world.gateway.setScript('a', { text: 'now it works' });
        retrying = callerAt(stays, ann).response.retry({ responseId: at.state(0).responseId });
      },
    });
    await retrying;
    expect(isCompletedMeanwhile).toBe(true);
    expect(viewer.states.map(({ text, status }) => [text, status])).toEqual([
      ['now it works', 'completed'],
      [LONG, 'completed'],
    ]);
    await until('the first one noticed', () => collects.deps.collectors.size === 0);
  });

  test('viewers see the stored responses when the collector never appended done', async () => {
    const { turn, user, responses } = await makeTurn(world.db, { models: 1 });
    const epoch = await openTurnEpoch(world.db, { turnId: turn.id, owner: 'lost', leaseSeconds: 60 });
    if (epoch === null) throw new Error('lease is held');
    const writer = await stays.deps.feed.open(turn.id, epoch);
    await writer.append({ type: 'snapshot', responses: [] });
    const viewing = viewAt(stays, { id: user.id, role: user.role }, { turnId: turn.id });
    await recordResult(world.db, {
      runId: responses[0].runId,
      attempt: 1,
      epoch,
      result: completed('all of it'),
    });
    expect((await viewing).state(0)).toMatchObject({ status: 'completed', text: 'all of it' });
  });

  test('the end of an earlier attempt does not end the stream of a retry', async () => {
    const { turn, user, responses } = await makeTurn(world.db, { models: 1 });
    const { runId, responseId } = responses[0];
    const epoch = await openTurnEpoch(world.db, { turnId: turn.id, owner: 'earlier', leaseSeconds: 60 });
    if (epoch === null) throw new Error('lease is held');
    const writer = await stays.deps.feed.open(turn.id, epoch);
    await recordResult(world.db, { runId, attempt: 1, epoch, result: completed('first') });
    await writer.append({ type: 'snapshot', responses: [] });
    await writer.append({ type: 'done' });
    await releaseTurnLease(world.db, { turnId: turn.id, epoch });
    await createAttempt(world.db, { userId: user.id, responseId, attempt: 1, run: newRun() });
    world.gateway.setScript('openai/model-0', { text: 'second' });
    const viewer = await viewAt(stays, { id: user.id, role: user.role }, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: 'second', attempt: 2 });
  });

  test('leave nothing behind: no run and no collector remains, and every Redis key expires', async () => {
    await until('no run is alive', async () => (await world.backend.list()).length === 0);
    await until('no collector is open', () => stays.deps.collectors.size === 0);
    await using admin = connected(world.redis.url);
    const keys = await admin.redis.keys('*');
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(await admin.redis.pttl(key)).toBeGreaterThan(0);
  });
});

function connected(url: string): AsyncDisposable & { redis: Redis } {
  const redis = new Redis(url);
  return { redis, [Symbol.asyncDispose]: async () => redis.disconnect() };
}

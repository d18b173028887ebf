import { newId, type TurnId } from '@aideator/contract/ids';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from './context.ts';
import { redisBinary } from './testing/redis-server.ts';
import type { Replica } from './testing/replica.ts';
import { type Replicas, startReplicas } from './testing/replicas.ts';
import { stored, until, type Viewer } from './testing/turns.ts';
import { callerAt, compareAt, viewAt } from './testing/viewing.ts';

const LONG = 'The quick brown fox jumps over the lazy dog. 🦊 '.repeat(40);
/** Streams for about 10 s. */
const SLOW = { text: LONG, tokensPerSecond: 40 };
const OUTAGE_MS = 5_000;

describe.runIf(redisBinary)('Redis', () => {
  let world: Replicas;
  let ann: Person;
  let collects: Replica;
  let watches: Replica;

  beforeAll(async () => {
    world = await startReplicas({ leaseSeconds: 15, renewSeconds: 0.5, sweepSeconds: 1 });
    ann = await world.person();
    collects = await world.start();
    watches = await world.start();
  });
  afterEach(async () => {
    await until('both replicas have Redis', async () => {
      const tries = [collects, watches].map(({ deps }) =>
        deps.feed.open(newId('turn'), 1).then((writer) => writer.append({ type: 'snapshot', responses: [] })),
      );
      return (await Promise.allSettled(tries)).every(({ status }) => status === 'fulfilled');
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** Watches at the replica that does not collect the turn. Calls `onText` once, as soon as there is some text. */
  async function comparison(onText: (turnId: TurnId) => unknown): Promise<Viewer> {
    const turn = await compareAt(collects, ann, ['a']);
    let called = false;
    const viewer = await viewAt(watches, ann, {
      turnId: turn.id,
      onEvent: ({ states }) => {
        if (called || (states[0]?.text.length ?? 0) < 150) return;
        called = true;
        onText(turn.id);
      },
    });
    expect(called).toBe(true);
    const [kept] = (await stored({ person: ann, call: callerAt(watches, ann) }, turn)).responses;
    expect(kept).toMatchObject({ status: 'completed', text: LONG });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: LONG });
    return viewer;
  }

  const after = (ms: number, task: () => unknown) => void setTimeout(task, ms);

  test('flushed mid-turn: the collector notices, and the text continues for present and new viewers', async () => {
    world.gateway.setScript('a', SLOW);
    const admin = new Redis(world.redis.url);
    let late: Promise<Viewer> | undefined;
    await comparison(async (turnId) => {
      await admin.flushall();
      late = viewAt(collects, ann, { turnId });
    });
    expect((await late)?.state(0).text).toBe(LONG);
    admin.disconnect();
  });

  test('flushed while the turn is quiet: a new viewer gets the text so far before more arrives', async () => {
    const half = LONG.slice(0, 200);
    world.gateway.setScript('a', { chunks: [half, LONG.slice(200)], tokensPerSecond: 0.3 });
    const admin = new Redis(world.redis.url);
    const firstTexts: number[] = [];
    let late: Promise<Viewer> | undefined;
    await comparison(async (turnId) => {
      await admin.flushall();
      const onEvent = ({ states }: Viewer) => void firstTexts.push(states[0]?.text.length ?? 0);
      late = viewAt(collects, ann, { turnId, onEvent });
    });
    await late;
    expect(firstTexts[0]).toBe(half.length);
    admin.disconnect();
  });

  test('frozen for 5 s mid-turn: no error, no lost text, the stream recovers by itself', async () => {
    world.gateway.setScript('a', SLOW);
    const viewer = await comparison(() => {
      world.redis.freeze();
      after(OUTAGE_MS, () => world.redis.thaw());
    });
    // The stream was live again after the outage; the text did not only come from the database at the end.
    const healed = viewer.entries.findLastIndex(({ event }) => event.type === 'snapshot');
    expect(viewer.entries.length - healed).toBeGreaterThan(10);
  });

  test('killed for 5 s mid-turn and back empty: no error, no lost text, the stream recovers by itself', async () => {
    world.gateway.setScript('a', SLOW);
    const viewer = await comparison(async () => {
      await world.redis.kill();
      after(OUTAGE_MS, () => world.redis.start());
    });
    const healed = viewer.entries.findLastIndex(({ event }) => event.type === 'snapshot');
    expect(viewer.entries.length - healed).toBeGreaterThan(10);
  });

  test('down from mid-turn until after its end: viewers get the stored responses', async () => {
    world.gateway.setScript('a', { text: LONG, tokensPerSecond: 200 });
    await comparison(() => world.redis.kill());
    await world.redis.start();
  });

  test('down when a turn is submitted: the turn completes without it', async () => {
    world.gateway.setScript('a', { text: LONG, tokensPerSecond: 400 });
    await world.redis.kill();
    const turn = await compareAt(collects, ann, ['a']);
    const viewer = await viewAt(watches, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: LONG });
    await world.redis.start();
  });
});

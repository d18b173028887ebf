import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from './context.ts';
import { redisBinary } from './testing/redis-server.ts';
import type { Replica } from './testing/replica.ts';
import { type Replicas, startReplicas } from './testing/replicas.ts';
import { stored, until, type Viewer } from './testing/turns.ts';
import { callerAt, compareAt, viewAt } from './testing/viewing.ts';

const LONG = 'The quick brown fox jumps over the lazy dog. 🦊 '.repeat(40);
/** About 10 s. */
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
        deps.feed
          .open(`probe-${performance.now()}`, 1)
          .then((writer) => writer.append({ type: 'snapshot', responses: [] })),
      );
      return (await Promise.allSettled(tries)).every(({ status }) => status === 'fulfilled');
    });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  /** Watches at the other replica (nobody watches where it is collected) while `onText` is called once, when there is some text. */
  async function comparison(onText: (turnId: string) => unknown): Promise<Viewer> {
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

  test('emptied mid-turn: the collector notices, everybody sees the text go on, also who joins then', async () => {
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

  test('emptied while the turn is quiet: who joins then is shown the text before more comes', async () => {
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

  test('frozen for 5 s mid-turn: no error, no text lost, it goes on by itself', async () => {
    world.gateway.setScript('a', SLOW);
    const viewer = await comparison(() => {
      world.redis.freeze();
      after(OUTAGE_MS, () => world.redis.thaw());
    });
    // After the outage it was live again, not only shown what was stored in the end.
    const healed = viewer.entries.findLastIndex(({ event }) => event.type === 'snapshot');
    expect(viewer.entries.length - healed).toBeGreaterThan(10);
  });

  test('killed for 5 s mid-turn and back empty: no error, no text lost, it goes on by itself', async () => {
    world.gateway.setScript('a', SLOW);
    const viewer = await comparison(async () => {
      await world.redis.kill();
      after(OUTAGE_MS, () => world.redis.start());
    });
    const healed = viewer.entries.findLastIndex(({ event }) => event.type === 'snapshot');
    expect(viewer.entries.length - healed).toBeGreaterThan(10);
  });

  test('away from the middle of a turn to after its end: viewers are shown what is stored', async () => {
    world.gateway.setScript('a', { text: LONG, tokensPerSecond: 200 });
    await comparison(() => world.redis.kill());
    await world.redis.start();
  });

  test('away when a turn is submitted: it is answered all the same', async () => {
    world.gateway.setScript('a', { text: LONG, tokensPerSecond: 400 });
    await world.redis.kill();
    const turn = await compareAt(collects, ann, ['a']);
    const viewer = await viewAt(watches, ann, { turnId: turn.id });
    expect(viewer.state(0)).toMatchObject({ status: 'completed', text: LONG });
    await world.redis.start();
  });
});

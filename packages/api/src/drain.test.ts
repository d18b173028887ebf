import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from './context.ts';
import { checkHealth } from './services/health.ts';
import { redisBinary } from './testing/redis-server.ts';
import type { Replica } from './testing/replica.ts';
import { type Replicas, startReplicas } from './testing/replicas.ts';
import { compareAt, epochsOf, expectRecordedOnce, hasSeen, viewAt } from './testing/viewing.ts';

const LONG = 'The quick brown fox jumps over the lazy dog. 🦊 '.repeat(30);
const SPEED = { text: LONG, tokensPerSecond: 100 };

describe.runIf(redisBinary)('a replica that drains', () => {
  let world: Replicas;
  let ann: Person;
  let stays: Replica;

  beforeAll(async () => {
    // No lease expires and no sweep runs during these tests, so an adoption must follow from the drain's notification.
    world = await startReplicas({ leaseSeconds: 600, renewSeconds: 60, sweepSeconds: 600 });
    ann = await world.person();
    stays = await world.start();
    for (const model of ['a', 'b']) world.gateway.setScript(model, SPEED);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test('leaves its turns to another replica immediately, and accepts no new ones', async () => {
    await using draining = await world.start();
    const turn = await compareAt(draining, ann, ['a', 'b']);
    let drained: Promise<void> | undefined;
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        if (hasSeen(at, 200)) drained ??= draining.deps.collectors.drain();
      },
    });
    await drained;
    expect(epochsOf(viewer)).toEqual(new Set([1, 2]));
    await expectRecordedOnce({ replica: stays, person: ann }, turn, [LONG, LONG]);
    await expect(compareAt(draining, ann, ['a'])).rejects.toMatchObject({ cause: { code: 'unavailable' } });
    expect((await checkHealth(draining.deps)).status).toBe('unavailable');
    expect((await checkHealth(stays.deps)).status).toBe('ok');
    expect(draining.deps.collectors.size).toBe(0);
  });

  test('exits within seconds of SIGTERM, and the text continues elsewhere', async () => {
    const draining = await world.spawn();
    const turn = await draining.compare(ann, ['a', 'b']);
    let toldMs = 0;
    let goneMs = 0;
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        if (toldMs > 0 || !hasSeen(at, 200)) return;
        toldMs = performance.now();
        draining.kill('SIGTERM');
        void draining.exited.then(() => {
          goneMs = performance.now();
        });
      },
    });
    expect(await draining.exited).toBe(0);
    expect(goneMs - toldMs).toBeLessThan(5_000);
    expect(epochsOf(viewer)).toEqual(new Set([1, 2]));
    await expectRecordedOnce({ replica: stays, person: ann }, turn, [LONG, LONG]);
  });
});

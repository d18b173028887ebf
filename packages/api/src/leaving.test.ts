import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from './context.ts';
import { checkHealth } from './services/health.ts';
import { redisBinary } from './testing/redis-server.ts';
import type { Replica } from './testing/replica.ts';
import { type Replicas, startReplicas } from './testing/replicas.ts';
import { compareAt, epochsOf, expectRecordedOnce, hasSeen, viewAt } from './testing/viewing.ts';

const LONG = 'The quick brown fox jumps over the lazy dog. 🦊 '.repeat(30);
const SPEED = { text: LONG, tokensPerSecond: 100 };

describe.runIf(redisBinary)('a replica that leaves', () => {
  let world: Replicas;
  let ann: Person;
  let stays: Replica;

  beforeAll(async () => {
    // No lease runs out and nobody looks around while these tests last: what is taken over was left, and told.
    world = await startReplicas({ leaseSeconds: 600, renewSeconds: 60, sweepSeconds: 600 });
    ann = await world.person();
    stays = await world.start();
    for (const model of ['a', 'b']) world.gateway.setScript(model, SPEED);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test('leaves its turns to another at once, and takes no new ones', async () => {
    await using leaves = await world.start();
    const turn = await compareAt(leaves, ann, ['a', 'b']);
    let leaving: Promise<void> | undefined;
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        if (hasSeen(at, 200)) leaving ??= leaves.deps.collectors.handOver();
      },
    });
    await leaving;
    expect(epochsOf(viewer)).toEqual(new Set([1, 2]));
    await expectRecordedOnce({ replica: stays, person: ann }, turn, [LONG, LONG]);
    await expect(compareAt(leaves, ann, ['a'])).rejects.toMatchObject({ cause: { code: 'unavailable' } });
    expect((await checkHealth(leaves.deps)).status).toBe('unavailable');
    expect((await checkHealth(stays.deps)).status).toBe('ok');
    expect(leaves.deps.collectors.size).toBe(0);
  });

  test('as a process is gone within seconds of SIGTERM, and the text goes on', async () => {
    const leaves = await world.spawn();
    const turn = await leaves.compare(ann, ['a', 'b']);
    let toldMs = 0;
    let goneMs = 0;
    const viewer = await viewAt(stays, ann, {
      turnId: turn.id,
      onEvent: (at) => {
        if (toldMs > 0 || !hasSeen(at, 200)) return;
        toldMs = performance.now();
        leaves.kill('SIGTERM');
        void leaves.exited.then(() => {
          goneMs = performance.now();
        });
      },
    });
    expect(await leaves.exited).toBe(0);
    expect(goneMs - toldMs).toBeLessThan(5_000);
    expect(epochsOf(viewer)).toEqual(new Set([1, 2]));
    await expectRecordedOnce({ replica: stays, person: ann }, turn, [LONG, LONG]);
  });
});

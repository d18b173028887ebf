import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { compareFeedIds, type FeedEntry } from '@aideator/contract/feed';
import type { Db } from '@aideator/db/client';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiDeps } from './deps.ts';
import { createMemoryFeed } from './feed/memory-feed.ts';
import { openRedis } from './feed/redis-connections.ts';
import { createRedisFeed } from './feed/redis-feed.ts';
import { createNoPeers } from './peers.ts';
import { adoptTurn } from './services/collection/adopt-turn.ts';
import { watchVisible } from './services/viewing/watch-visible.ts';
import { type Member, newMember } from './testing/harness.ts';
import { createRandom, type Random } from './testing/random.ts';
import { RandomRuns } from './testing/random-runs.ts';
import { type RedisServer, redisBinary, startRedisServer } from './testing/redis-server.ts';
import { silentLog } from './testing/silent-log.ts';
import { makeDeps, scriptedModel } from './testing/test-deps.ts';
import { compare, stored, Viewer } from './testing/turns.ts';

/** `RANDOM_SEED=… npx vitest run …` repeats the same decisions, although not the same timing. */
const SEED = Number(process.env.RANDOM_SEED ?? randomInt(2 ** 31));
const ROUNDS = 6;
const REPLICAS = 3;
const VIEWERS = 5;
const MODELS = ['a', 'b', 'c'];

interface World {
  random: Random;
  member: Member;
  replicas: ApiDeps[];
  /** How often the feed lost its data. */
  drops: number;
  /** Drops the data of the feed, if it can be dropped. */
  drop: (() => Promise<unknown>) | undefined;
}

/** A viewer that sometimes reads slowly, leaves, and reconnects to any replica with the last id that it saw. */
async function watchRandomly(world: World, turnId: Parameters<typeof adoptTurn>[1], random: Random) {
  const viewer = new Viewer();
  while (!viewer.done) {
    const lastEventId = viewer.entries.at(-1)?.id;
    const leaving = new AbortController();
    let left = random.between(1, 30);
    for await (const entry of watchVisible(random.pick(world.replicas), {
      userId: world.member.person.id,
      turnId,
      lastEventId,
      signal: leaving.signal,
    })) {
      takeNext(world, viewer, entry);
      if (random.chance(0.1)) await delay(random.between(1, 60));
      left -= 1;
      if (left === 0 && !viewer.done) break;
    }
    leaving.abort();
  }
  return viewer;
}

/**
 * Expects that ids grow, unless the feed lost its data. The fence is lost with it, so during an adoption the older collector
 * may restart the feed before the newer one does. A viewer that reconnects between the stored snapshot and `done` gets that
 * snapshot again.
 */
function takeNext(world: World, viewer: Viewer, entry: FeedEntry): void {
  const last = viewer.entries.at(-1);
  const order = last ? compareFeedIds(last.id, entry.id) : -1;
  const isRepeat = order === 0 && entry.event.type === 'snapshot';
  if (last && world.drops === 0 && order >= 0 && !isRepeat)
    throw new Error(`${entry.id} came after ${last.id}`);
  viewer.take(entry);
}

/** Replicas take the turn from each other, and the feed loses its data. */
async function disturb(
  world: World,
  random: Random,
  { turnId, signal }: { turnId: Parameters<typeof adoptTurn>[1]; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await delay(random.between(20, 150));
    if (world.drop && random.chance(0.25)) {
      world.drops += 1;
      await world.drop();
    }
    if (!random.chance(0.4)) continue;
    const replica = random.pick(world.replicas);
    await replica.collectors
      .collect(turnId, [], () => adoptTurn(replica, turnId, { take: true, given: [] }))
      .catch((error: unknown) => {
        // Another replica was faster.
        if (!(error instanceof Error && 'code' in error && error.code === 'conflict')) throw error;
      });
  }
}

async function playRound(world: World): Promise<void> {
  const { random, member } = world;
  const { turn } = await compare(member, MODELS.slice(0, random.between(1, MODELS.length)));
  const over = new AbortController();
  const disturbing = disturb(world, random.fork(), { turnId: turn.id, signal: over.signal });
  const watching = Array.from({ length: VIEWERS }, () => watchRandomly(world, turn.id, random.fork()));
  const viewers = await Promise.all(watching).finally(() => over.abort());
  await disturbing;
  const { responses } = await stored(member, turn);
  const kept = responses.map(({ text, reasoning, status }) => ({ text, reasoning, status }));
  for (const { states } of viewers)
    expect(states.map(({ text, reasoning, status }) => ({ text, reasoning, status }))).toEqual(kept);
}

function describeFeed(where: string, makeFeeds: (stack: AsyncDisposableStack) => Promise<FeedMaker>): void {
  describe(`feed and collector ${where}, seed ${SEED}`, () => {
    let stack: AsyncDisposableStack;
    let database: TestDatabase;
    let feeds: FeedMaker;
    beforeAll(async () => {
      stack = new AsyncDisposableStack();
      database = stack.use(await cloneDatabase());
      feeds = await makeFeeds(stack);
    });
    afterAll(() => stack.disposeAsync());

    test.each(Array.from({ length: ROUNDS }, (_, round) => round))(
      'round %i: what every viewer sees in the end is what is stored',
      async (round) => {
        const random = createRandom(SEED + round);
        const holder: { deps?: ApiDeps } = {};
        const runs = new RandomRuns(random.fork(), () => holder.deps ?? expect.fail('no replica'));
        const replicas = Array.from({ length: REPLICAS }, () => replicaOf(database.db, runs, feeds.feed()));
        const [first] = replicas;
        if (!first) throw new Error('no replica');
        holder.deps = first;
        const member = await newMember(first);
        await playRound({ random, member, replicas, drops: 0, drop: feeds.drop });
        await runs.close();
        await Promise.all(replicas.map(({ collectors }) => collectors.close()));
      },
    );
  });
}

interface FeedMaker {
  /** The feed of one replica. */
  feed: () => Pick<ApiDeps, 'feed' | 'peers'>;
  drop: (() => Promise<unknown>) | undefined;
}

function replicaOf(db: Db, backend: RandomRuns, shared: Pick<ApiDeps, 'feed' | 'peers'>): ApiDeps {
  return makeDeps({
    db,
    backend,
    shared,
    log: silentLog,
    catalogue: { list: async () => MODELS.map((id) => scriptedModel(id)) },
    gateway: { baseUrl: 'http://127.0.0.1:1', keyFor: () => undefined },
  });
}

describeFeed('in memory', async (stack) => {
  const feed = createMemoryFeed();
  stack.defer(() => feed.close());
  return { feed: () => ({ feed, peers: createNoPeers() }), drop: undefined };
});

if (redisBinary) {
  describeFeed('in Redis', async (stack) => {
    const server: RedisServer = stack.use(await startRedisServer());
    const admin = new Redis(server.url);
    stack.defer(() => admin.disconnect());
    return {
      feed: () => {
        const shared = createRedisFeed({ redis: openRedis(server.url, silentLog), log: silentLog });
        stack.defer(() => shared.feed.close());
        return shared;
      },
      drop: () => admin.flushall(),
    };
  });
}

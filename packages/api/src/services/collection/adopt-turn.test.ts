import type { RunRef } from '@aideator/contract/backend';
import { isLeased } from '@aideator/db/queries/leases';
import { cloneDatabase, type TestDatabase } from '@aideator/db/testing/database';
import { makeTurn } from '@aideator/db/testing/factory';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ApiDeps } from '../../deps.ts';
import { HandDrivenBackend } from '../../testing/hand-driven-backend.ts';
import { memoryLog } from '../../testing/memory-log.ts';
import { makeDeps } from '../../testing/test-deps.ts';
import { adoptTurn } from './adopt-turn.ts';
import { sweepTurns } from './sweep-turns.ts';

/** A backend that lists these runs as alive, or fails to list any. */
class ListingBackend extends HandDrivenBackend {
  alive: readonly RunRef[] = [];
  isDown = false;

  override async list(): Promise<RunRef[]> {
    if (this.isDown) throw new Error('the backend is down');
    return [...this.alive];
  }
}

let database: TestDatabase;
let backend: ListingBackend;
let deps: ApiDeps;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(() => {
  backend = new ListingBackend();
  deps = makeDeps({
    db: database.db,
    backend,
    log: memoryLog().log,
    catalogue: { list: async () => [] },
    gateway: { baseUrl: 'http://127.0.0.1:9', keyFor: () => undefined },
  });
});

test('an adoption that fails gives the lease back at once, so that the next sweep can try again', async () => {
  const { turn } = await makeTurn(database.db, { models: 1 });
  backend.isDown = true;
  await expect(adoptTurn(deps, turn.id, { take: false, given: [] })).rejects.toThrow('the backend is down');
  expect(await isLeased(database.db, { turnId: turn.id })).toBe(false);
  backend.isDown = false;
  expect(await adoptTurn(deps, turn.id, { take: false, given: [] })).toMatchObject({ epoch: 2 });
  expect(await isLeased(database.db, { turnId: turn.id })).toBe(true);
});

test('a run that was never started is started with a new token', async () => {
  const { turn, responses } = await makeTurn(database.db, { models: 1 });
  const adopted = await adoptTurn(deps, turn.id, { take: false, given: [] });
  expect(adopted?.runs).toMatchObject([
    { runId: responses[0].runId, toStart: { token: expect.any(String) } },
  ]);
});

test('a run that is alive but has not claimed yet is followed, not started a second time', async () => {
  const { turn, responses } = await makeTurn(database.db, { models: 1 });
  const { runId, responseId } = responses[0];
  backend.alive = [{ runId, attempt: 1 }];
  const adopted = await adoptTurn(deps, turn.id, { take: false, given: [] });
  expect(adopted?.runs).toEqual([{ runId, attempt: 1, responseId }]);
});

test('taking a turn from a healthy collector leaves it the run that it is about to start', async () => {
  const { turn } = await makeTurn(database.db, { models: 1 });
  const adopted = await adoptTurn(deps, turn.id, { take: true, given: [] });
  expect(adopted?.runs).toEqual([]);
});

test('a run that the caller starts itself is not adopted too', async () => {
  const { turn, responses } = await makeTurn(database.db, { models: 2 });
  const [first, second] = responses;
  const given = [{ runId: first.runId, attempt: 1, responseId: first.responseId }];
  const adopted = await adoptTurn(deps, turn.id, { take: false, given });
  expect(adopted?.runs.map(({ runId }) => runId)).toEqual([second?.runId]);
});

test('a sweep continues with the other turns when one cannot be adopted', async () => {
  const [broken, healthy] = [
    await makeTurn(database.db, { models: 1 }),
    await makeTurn(database.db, { models: 1 }),
  ];
  deps.settings.lease.leaseSeconds = 0;
  const { feed } = deps;
  const isBroken = (turnId: string) => turnId === broken.turn.id;
  const partlyDown: ApiDeps = {
    ...deps,
    feed: {
      ...feed,
      read: feed.read.bind(feed),
      open: async (turnId, epoch) => {
        if (isBroken(turnId)) throw new Error('the feed is down');
        return feed.open(turnId, epoch);
      },
    },
  };
  await sweepTurns(partlyDown);
  expect(deps.collectors.has(healthy.turn.id)).toBe(true);
  expect(deps.collectors.has(broken.turn.id)).toBe(false);
  await backend.close();
  await deps.collectors.close();
});

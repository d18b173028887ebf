import type { RunId, UserId } from '@aideator/contract/ids';
import { inArray, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runs } from '../schema/runs.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { claim, completed, makeUser, sha256, turnInput } from '../testing/factory.ts';
import { listRunsToAdopt, renewRunToken } from './adoption.ts';
import { expireTurnLease } from './leases.ts';
import { countUnfinishedRuns, takePlaces } from './places.ts';
import { recordResult } from './results.ts';
import { requestCancel } from './runs.ts';
import { createSession } from './sessions.ts';
import { createTurn } from './turns.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

let userId: UserId;
beforeEach(async () => {
  userId = (await makeUser(database.db)).id;
});

/** A turn of the person that is being collected, in its own session. With `placesMax` its runs take places when stored. */
async function makeTurn(models: number, placesMax?: number, unfinishedMax = 100) {
  const session = await createSession(database.db, { userId, title: 'New chat' });
  const input = turnInput({ userId, sessionId: session.id, models });
  const lease = { owner: 'test', leaseSeconds: 60 };
  const runLimits = placesMax === undefined ? {} : { runLimits: { placesMax, unfinishedMax } };
  const created = await createTurn(database.db, { ...input, lease, ...runLimits });
  if (!created.created) throw new Error('expected a new turn');
  return {
    placed: created.placed,
    turnId: input.id,
    runIds: input.responses.map(({ run }) => run.id),
    made: input.responses.map(({ id, run }) => ({
      responseId: id,
      runId: run.id,
      tokenSha256: run.tokenSha256,
      nonceSha256: sha256(run.id),
    })),
  };
}

const take = (runIds: readonly RunId[], placesMax = 3) =>
  takePlaces(database.db, { userId, runIds, placesMax });
const standings = async (runIds: readonly RunId[], placesMax?: number) =>
  (await take(runIds, placesMax)).map(({ isPlaced, runsAhead }) => (isPlaced ? 'placed' : runsAhead));

async function finish(turn: Awaited<ReturnType<typeof makeTurn>>, position: number): Promise<void> {
  const run = turn.made[position];
  if (!run) throw new Error(`no run at ${position}`);
  await claim(database.db, run);
  await recordResult(database.db, { ...run, attempt: 1, result: completed('x') });
}

test('places are given up to the limit, in the order in which runs were stored', async () => {
  const first = await makeTurn(2);
  const second = await makeTurn(3);
  // The later turn asks first. The earlier runs keep their places.
  expect(await standings(second.runIds)).toEqual(['placed', 0, 1]);
  expect(await standings(first.runIds)).toEqual(['placed', 'placed']);
  expect(await standings(second.runIds)).toEqual(['placed', 0, 1]);
  await finish(first, 0);
  expect(await standings(second.runIds.slice(1))).toEqual(['placed', 0]);
});

test('the first runs of a new turn take the free places when they are stored, and keep them', async () => {
  const { placed, runIds } = await makeTurn(4, 3);
  expect(placed).toEqual(runIds.slice(0, 3));
  expect(await standings(runIds)).toEqual(['placed', 'placed', 'placed', 0]);
});

test('the runs of a new turn do not pass runs that wait', async () => {
  const waiting = await makeTurn(2);
  const { placed, runIds } = await makeTurn(2, 3);
  expect(placed).toEqual(runIds.slice(0, 1));
  expect(await standings(waiting.runIds)).toEqual(['placed', 'placed']);
  expect(await standings(runIds)).toEqual(['placed', 0]);
});

test('turns that are stored concurrently do not both get the last place', async () => {
  const made = await Promise.all([makeTurn(2, 3), makeTurn(2, 3), makeTurn(2, 3)]);
  expect(made.flatMap(({ placed }) => placed)).toHaveLength(3);
});

test('of turns that are stored concurrently, those beyond the limit of unfinished runs are refused and leave nothing', async () => {
  const made = await Promise.allSettled([1, 2, 3, 4].map(() => makeTurn(2, 3, 4)));
  const refused = made.filter((each) => each.status === 'rejected').map(({ reason }) => reason.code);
  expect(refused).toEqual(['too_many_runs', 'too_many_runs']);
  expect(await countUnfinishedRuns(database.db, { userId })).toBe(4);
});

test('a run keeps its place however often it asks', async () => {
  const { runIds } = await makeTurn(1);
  expect(await standings(runIds, 1)).toEqual(['placed']);
  expect(await standings(runIds, 0)).toEqual(['placed']);
});

test('two replicas that ask concurrently do not both get the last place', async () => {
  const made = await Promise.all([makeTurn(2), makeTurn(2)]);
  const both = await Promise.all(made.map(({ runIds }) => standings(runIds, 3)));
  expect(both.flat().filter((standing) => standing === 'placed')).toHaveLength(3);
});

test("another person's runs do not count", async () => {
  const mine = await makeTurn(3);
  expect(await standings(mine.runIds)).toEqual(['placed', 'placed', 'placed']);
  userId = (await makeUser(database.db)).id;
  const theirs = await makeTurn(1);
  expect(await standings(theirs.runIds)).toEqual(['placed']);
});

test('cancelled runs and runs of a lost collector do not block others', async () => {
  const [stopped, lost, waiting] = [await makeTurn(1), await makeTurn(1), await makeTurn(1)];
  expect(await standings(waiting.runIds, 1)).toEqual([1]);
  await requestCancel(database.db, { responseIds: stopped.made.map(({ responseId }) => responseId) });
  expect(await standings(waiting.runIds, 1)).toEqual([0]);
  await expireTurnLease(database.db, { turnId: lost.turnId, epoch: 1 });
  expect(await standings(waiting.runIds, 1)).toEqual(['placed']);
});

test('waiting for a place does not make a run too old to be started', async () => {
  const { turnId, runIds } = await makeTurn(1);
  expect(await standings(runIds, 0)).toEqual([0]);
  await database.db
    .update(runs)
    .set({ createdAt: sql`now() - interval '2 hours'` })
    .where(inArray(runs.id, runIds));
  const [run] = await listRunsToAdopt(database.db, { turnId, graceSeconds: 60 });
  if (!run) throw new Error('expected a run to adopt');
  const renewed = { runId: run.runId, attempt: 1, epoch: 1, tokenSha256: sha256('new'), ageSecondsMax: 60 };
  expect(await renewRunToken(database.db, renewed)).toBe(true);
  await database.db.update(runs).set({ waitedUntil: null }).where(inArray(runs.id, runIds));
  expect(await renewRunToken(database.db, renewed)).toBe(false);
});

test('a waiting run is not taken for one that is being started', async () => {
  const { turnId, runIds } = await makeTurn(1);
  const isFresh = async () =>
    (await listRunsToAdopt(database.db, { turnId, graceSeconds: 60 })).map((run) => run.isFresh);
  expect(await isFresh()).toEqual([true]);
  await take(runIds, 0);
  expect(await isFresh()).toEqual([false]);
});

test('runs without an outcome are counted per person', async () => {
  const turn = await makeTurn(3);
  expect(await countUnfinishedRuns(database.db, { userId })).toBe(3);
  await finish(turn, 1);
  expect(await countUnfinishedRuns(database.db, { userId })).toBe(2);
});

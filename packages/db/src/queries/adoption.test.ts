import type { TurnId } from '@aideator/contract/ids';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runs } from '../schema/runs.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { claim, completed, type MadeResponse, makeTurn, sha256 } from '../testing/factory.ts';
import { listAbandonedTurns, listOverRuns, listRunsToAdopt, renewRunToken } from './adoption.ts';
import { expireTurnLease, isLeased, openTurnEpoch, releaseTurnLease } from './leases.ts';
import { recordResult } from './results.ts';
import { markClaimed } from './runs.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const abandoned = async (turnId: TurnId, graceSeconds = 60): Promise<boolean> =>
  (await listAbandonedTurns(database.db, { graceSeconds, limit: 1_000 })).includes(turnId);

async function open(turnId: TurnId, leaseSeconds = 60): Promise<number> {
  const epoch = await openTurnEpoch(database.db, { turnId, owner: 'test', leaseSeconds });
  if (epoch === null) throw new Error('lease is held');
  return epoch;
}

const makeOlder = ({ runId }: MadeResponse, seconds: number) =>
  database.db
    .update(runs)
    .set({ createdAt: sql`now() - make_interval(secs => ${seconds})` })
    .where(eq(runs.id, runId));

test('a turn is abandoned without a valid lease, unless it is fresh', async () => {
  const { turn, responses } = await makeTurn(database.db, { models: 1 });
  expect(await abandoned(turn.id)).toBe(false);
  await makeOlder(responses[0], 61);
  expect(await abandoned(turn.id)).toBe(true);
  await open(turn.id, 60);
  expect(await isLeased(database.db, { turnId: turn.id })).toBe(true);
  expect(await abandoned(turn.id)).toBe(false);
  await makeOlder(responses[0], 0);
  const epoch = await open(turn.id, -1);
  expect(await abandoned(turn.id)).toBe(true);
  await open(turn.id, 60);
  await expireTurnLease(database.db, { turnId: turn.id, epoch });
  expect(await abandoned(turn.id)).toBe(false);
  await expireTurnLease(database.db, { turnId: turn.id, epoch: epoch + 1 });
  expect(await isLeased(database.db, { turnId: turn.id })).toBe(false);
  expect(await abandoned(turn.id)).toBe(true);
});

test('a turn without unfinished runs is never abandoned', async () => {
  const { turn, responses } = await makeTurn(database.db, { models: 1 });
  const epoch = await open(turn.id, -1);
  await recordResult(database.db, { runId: responses[0].runId, attempt: 1, epoch, result: completed('x') });
  expect(await abandoned(turn.id)).toBe(false);
  await releaseTurnLease(database.db, { turnId: turn.id, epoch });
  await makeOlder(responses[0], 3_600);
  expect(await abandoned(turn.id)).toBe(false);
});

test('a collector takes a turn with a valid lease only if it asks for that', async () => {
  const { turn } = await makeTurn(database.db, { models: 1 });
  await open(turn.id, 60);
  const other = { turnId: turn.id, owner: 'other', leaseSeconds: 60 };
  expect(await openTurnEpoch(database.db, other)).toBeNull();
  expect(await openTurnEpoch(database.db, { ...other, take: true })).toBe(2);
});

test('runs to adopt have no outcome, and report whether a runner claimed them', async () => {
  const { turn, responses } = await makeTurn(database.db, { models: 3 });
  const [first, second, third] = responses;
  if (!second || !third) throw new Error('expected three responses');
  const epoch = await open(turn.id);
  await claim(database.db, first);
  await makeOlder(second, 61);
  await recordResult(database.db, { runId: third.runId, attempt: 1, epoch, result: completed('x') });
  const found = await listRunsToAdopt(database.db, { turnId: turn.id, graceSeconds: 60 });
  expect(found).toMatchObject([
    { runId: first.runId, responseId: first.responseId, attempt: 1, isClaimed: true, isFresh: true },
    { runId: second.runId, isClaimed: false, isFresh: false },
  ]);
});

test('a run gets a new token only while it is unclaimed, and the old token stops working', async () => {
  const { turn, responses } = await makeTurn(database.db, { models: 2 });
  const [unclaimed, claimed] = responses;
  if (!claimed) throw new Error('expected two responses');
  const epoch = await open(turn.id);
  await claim(database.db, claimed);
  const renew = (run: MadeResponse, more: { epoch?: number; ageSecondsMax?: number } = {}) =>
    renewRunToken(database.db, {
      runId: run.runId,
      attempt: 1,
      epoch,
      tokenSha256: sha256('new'),
      ageSecondsMax: 60,
      ...more,
    });
  expect(await renew(claimed)).toBe(false);
  expect(await renew(unclaimed, { epoch: epoch - 1 })).toBe(false);
  await makeOlder(unclaimed, 61);
  expect(await renew(unclaimed)).toBe(false);
  expect(await renew(unclaimed, { ageSecondsMax: 120 })).toBe(true);
  const now = new Date();
  expect(await markClaimed(database.db, { ...unclaimed, attempt: 1, now })).toBe('refused');
  const renewed = { ...unclaimed, tokenSha256: sha256('new'), attempt: 1, now };
  expect(await markClaimed(database.db, renewed)).not.toBe('refused');
});

test('leftovers of a run may be freed when it has been over for a while, or when it is unknown', async () => {
  const { responses } = await makeTurn(database.db, { models: 2 });
  const [over, alive] = responses;
  if (!alive) throw new Error('expected two responses');
  await claim(database.db, over);
  await recordResult(database.db, { ...over, attempt: 1, result: completed('x') });
  const runIds = [over.runId, alive.runId, 'run_unknown' as const];
  expect(await listOverRuns(database.db, { runIds, graceSeconds: 60 })).toEqual(['run_unknown']);
  expect(await listOverRuns(database.db, { runIds, graceSeconds: -1 })).toEqual([over.runId, 'run_unknown']);
  expect(await listOverRuns(database.db, { runIds: [], graceSeconds: 60 })).toEqual([]);
});

import type { ResponseId } from '@aideator/contract/ids';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { responses } from '../schema/responses.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { claim, completed, type MadeTurn, makeTurn, newRun, sha256 } from '../testing/factory.ts';
import { waitsForLock } from '../testing/locks.ts';
import { createAttempt } from './attempts.ts';
import { openTurnEpoch } from './leases.ts';
import { recordResult } from './results.ts';
import { markClaimed } from './runs.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

async function stored(responseId: ResponseId) {
  const [row] = await database.db.select().from(responses).where(eq(responses.id, responseId));
  return row;
}

/** Retries the first response of a turn. */
async function retry({ user, responses: [first] }: MadeTurn, attempt: number) {
  const run = newRun();
  const { responseId } = first;
  const made = await createAttempt(database.db, { userId: user.id, responseId, attempt, run });
  return made && { responseId, runId: run.id, tokenSha256: run.tokenSha256, nonceSha256: sha256(run.id) };
}

test('a second hand-over with another text or another outcome changes nothing', async () => {
  const { responses: made } = await makeTurn(database.db);
  const [first] = made;
  await claim(database.db, first);
  const record = (result: ReturnType<typeof completed>) =>
    recordResult(database.db, { ...first, attempt: 1, result });
  expect(await record(completed('as it was'))).toBe('recorded');
  expect(await record(completed('something else'))).toBe('already');
  const cut = { status: 'failed' as const, error: { code: 'stream_broken' as const } };
  expect(await record({ ...completed('as it was'), outcome: cut })).toBe('already');
  expect(await stored(first.responseId)).toMatchObject({ status: 'completed', text: 'as it was' });
});

test('the process of an older attempt cannot overwrite a newer attempt by sending its number', async () => {
  const turn = await makeTurn(database.db);
  const [first] = turn.responses;
  await claim(database.db, first);
  await recordResult(database.db, { ...first, attempt: 1, result: completed('first') });
  const second = await retry(turn, 1);
  if (!second) throw new Error('no second attempt');
  expect(await recordResult(database.db, { ...first, attempt: 2, result: completed('late') })).toBe(
    'refused',
  );
  expect(await stored(first.responseId)).toMatchObject({ status: 'pending', text: '', attempt: 2 });
});

test('a claim of a superseded run is refused, under either attempt number', async () => {
  const { responses: made } = await makeTurn(database.db);
  const [first] = made;
  await database.db.update(responses).set({ attempt: 2 }).where(eq(responses.id, first.responseId));
  for (const attempt of [1, 2])
    expect(await markClaimed(database.db, { ...first, attempt, now: new Date() })).toBe('refused');
});

test('a retry based on an older attempt is refused, even if the newer attempt is over', async () => {
  const turn = await makeTurn(database.db);
  const [first] = turn.responses;
  await claim(database.db, first);
  await recordResult(database.db, { ...first, attempt: 1, result: completed('first') });
  const second = await retry(turn, 1);
  if (!second) throw new Error('no second attempt');
  await markClaimed(database.db, { ...second, attempt: 2, now: new Date() });
  await recordResult(database.db, { ...second, attempt: 2, result: completed('second') });
  expect(await retry(turn, 1)).toBeUndefined();
  expect(await stored(first.responseId)).toMatchObject({ attempt: 2, text: 'second' });
});

test('a write is refused if another collector takes the next epoch at the same time', async () => {
  const { turn, responses: made } = await makeTurn(database.db);
  const [first] = made;
  const lease = { turnId: turn.id, owner: 'test', leaseSeconds: 60 };
  const epoch = (await openTurnEpoch(database.db, lease)) ?? 0;
  let recording: Promise<string> | undefined;
  await database.db.transaction(async (tx) => {
    await openTurnEpoch(tx, lease);
    const { runId } = first;
    recording = recordResult(database.db, { runId, attempt: 1, epoch, result: completed('old') });
    await waitsForLock(database.db, recording);
  });
  expect(await recording).toBe('refused');
  expect((await stored(first.responseId))?.status).toBe('pending');
});

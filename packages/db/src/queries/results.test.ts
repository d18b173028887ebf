import type { TurnId } from '@aideator/contract/ids';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { responses } from '../schema/responses.ts';
import { runs } from '../schema/runs.ts';
import { usage } from '../schema/usage.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { claim, completed, type MadeResponse, makeTurn, newRun, sha256 } from '../testing/factory.ts';
import { createAttempt } from './attempts.ts';
import { openTurnEpoch } from './leases.ts';
import { getResponse } from './responses.ts';
import { type RecordResultInput, recordResult } from './results.ts';
import { listUnfinishedRuns, markClaimed, markInterrupted, requestCancel } from './runs.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const record = (input: RecordResultInput) => recordResult(database.db, input);

async function openEpoch(turnId: TurnId): Promise<number> {
  const epoch = await openTurnEpoch(database.db, { turnId, owner: 'test', leaseSeconds: 60 });
  if (epoch === null) throw new Error('lease is held');
  return epoch;
}

async function stored({ responseId }: MadeResponse) {
  const [row] = await database.db.select().from(responses).where(eq(responses.id, responseId));
  return row;
}

test('one of several concurrent claims gets the run, and its repeat succeeds again', async () => {
  const { responses: made, session, user } = await makeTurn(database.db);
  const [first] = made;
  const input = { ...first, attempt: 1, now: new Date() };
  const claims = await Promise.all(
    Array.from({ length: 6 }, (_, i) => markClaimed(database.db, { ...input, nonceSha256: sha256(`${i}`) })),
  );
  const winner = claims.findIndex((each) => each !== 'refused');
  expect(claims.filter((each) => each !== 'refused')).toHaveLength(1);
  expect(await markClaimed(database.db, { ...input, nonceSha256: sha256(`${winner}`) })).toMatchObject({
    userId: user.id,
    sessionId: session.id,
    response: { modelId: 'openai/model-0' },
    run: { id: first.runId, status: 'running' },
  });
  expect((await stored(first))?.status).toBe('running');
});

test('a claim is refused for a wrong token, a wrong attempt or a finished run', async () => {
  const { turn, responses: made } = await makeTurn(database.db);
  const [first] = made;
  const input = { ...first, attempt: 1, now: new Date() };
  expect(await markClaimed(database.db, { ...input, tokenSha256: sha256('guess') })).toBe('refused');
  expect(await markClaimed(database.db, { ...input, attempt: 2 })).toBe('refused');
  expect(await markClaimed(database.db, { ...input, runId: 'run_unknown' })).toBe('refused');
  const epoch = await openEpoch(turn.id);
  await record({ ...ids(first), epoch, result: { ...completed(''), outcome: { status: 'cancelled' } } });
  expect(await markClaimed(database.db, input)).toBe('refused');
});

/** The run's first attempt, without the secrets of its runner. */
const ids = ({ runId }: MadeResponse) => ({ runId, attempt: 1 });

test('ten concurrent hand-overs are recorded once, and each returns "recorded"', async () => {
  const { user, responses: made } = await makeTurn(database.db);
  const [first] = made;
  await claim(database.db, first);
  const result = completed('An answer.\n😀');
  const returned = await Promise.all(
    Array.from({ length: 10 }, () => record({ ...first, attempt: 1, result, costUsd: '0.000123' })),
  );
  expect(new Set(returned)).toEqual(new Set(['recorded']));
  expect(await stored(first)).toMatchObject({
    status: 'completed',
    text: 'An answer.\n😀',
    finishReason: 'stop',
    inputTokens: 10,
    outputTokens: 20,
    reasoningTokens: null,
    cachedInputTokens: 3,
    cacheWriteInputTokens: 2,
    usageEstimated: false,
    costUsd: '0.000123000',
    firstTokenMs: 120,
    firstTextMs: 211,
    totalMs: 481,
    textSha256: result.textSha256,
  });
  const spent = await database.db.select().from(usage).where(eq(usage.userId, user.id));
  expect(spent).toHaveLength(1);
  expect(spent[0]).toMatchObject({
    runId: first.runId,
    provider: 'openai',
    cachedInputTokens: 3,
    cacheWriteInputTokens: 2,
    costUsd: '0.000123000',
    ownKey: false,
  });
});

test('if runner and collector record different outcomes concurrently, the first one stays', async () => {
  const { turn, responses: made } = await makeTurn(database.db, { models: 6 });
  const epoch = await openEpoch(turn.id);
  for (const response of made) {
    await claim(database.db, response);
    const crashed = {
      ...completed('half'),
      outcome: { status: 'failed' as const, error: { code: 'runner_crashed' as const, detail: 'exit 137' } },
    };
    const returned = await Promise.all([
      record({ ...response, attempt: 1, result: completed('whole') }),
      record({ ...ids(response), epoch, result: crashed }),
    ]);
    expect(returned.toSorted()).toEqual(['already', 'recorded']);
    const row = await stored(response);
    const expected =
      returned[0] === 'recorded'
        ? { status: 'completed', text: 'whole', errorCode: null }
        : { status: 'failed', text: 'half', errorCode: 'runner_crashed', errorDetail: 'exit 137' };
    expect(row).toMatchObject(expected);
  }
});

test('a hand-over from a process that did not claim the run is refused', async () => {
  const { responses: made } = await makeTurn(database.db);
  const [first] = made;
  const result = completed('mine');
  expect(await record({ ...first, attempt: 1, result })).toBe('refused');
  await claim(database.db, first);
  expect(await record({ ...first, attempt: 1, result, nonceSha256: sha256('other') })).toBe('refused');
  expect(await record({ ...first, attempt: 1, result, tokenSha256: sha256('other') })).toBe('refused');
  expect(await record({ ...first, runId: 'run_unknown', attempt: 1, result })).toBe('refused');
  expect(await stored(first)).toMatchObject({ status: 'running', textSha256: null });
});

test('a collector with an older epoch cannot change anything', async () => {
  const { turn, responses: made } = await makeTurn(database.db);
  const [first] = made;
  const older = await openEpoch(turn.id);
  const newer = await openEpoch(turn.id);
  expect(await record({ ...ids(first), epoch: older, result: completed('old') })).toBe('refused');
  expect((await stored(first))?.status).toBe('pending');
  expect(await record({ ...ids(first), epoch: newer, result: completed('new') })).toBe('recorded');
});

test('a retry starts empty, one of two concurrent retries succeeds, and the older attempt can no longer write', async () => {
  const { user, turn, responses: made } = await makeTurn(database.db);
  const [first] = made;
  const retry = () =>
    createAttempt(database.db, { userId: user.id, responseId: first.responseId, attempt: 1, run: newRun() });
  expect(await retry()).toBeUndefined();
  await claim(database.db, first);
  await record({ ...first, attempt: 1, result: completed('first') });

  const retries = await Promise.all([retry(), retry(), retry()]);
  expect(retries.filter((response) => response !== undefined)).toHaveLength(1);
  expect(await stored(first)).toMatchObject({
    attempt: 2,
    status: 'pending',
    text: '',
    textSha256: null,
    totalMs: null,
  });
  const attempts = await database.db.select().from(runs).where(eq(runs.responseId, first.responseId));
  expect(attempts.map(({ attempt }) => attempt).toSorted()).toEqual([1, 2]);

  const epoch = await openEpoch(turn.id);
  expect(await record({ ...first, attempt: 1, result: completed('first') })).toBe('refused');
  expect(await record({ ...ids(first), epoch, result: completed('late') })).toBe('refused');
  expect(await markClaimed(database.db, { ...first, attempt: 1, now: new Date() })).toBe('refused');
  expect((await stored(first))?.text).toBe('');
});

test('unfinished runs of an earlier process become interrupted and can be retried; finished runs do not change', async () => {
  await using fresh = await cloneDatabase();
  const { db } = fresh;
  const { user, turn, responses: made } = await makeTurn(db, { models: 3 });
  const [done, running, pending] = made;
  if (!running || !pending) throw new Error('expected three responses');
  await claim(db, done);
  await recordResult(db, { ...done, attempt: 1, result: completed('done') });
  await claim(db, running);
  const epoch = await openTurnEpoch(db, { turnId: turn.id, owner: 'earlier', leaseSeconds: 60 });
  expect(await listUnfinishedRuns(db, { limit: 10 })).toHaveLength(2);

  expect(await markInterrupted(db)).toBe(2);
  expect(await markInterrupted(db)).toBe(0);
  expect(await listUnfinishedRuns(db, { limit: 10 })).toEqual([]);
  const statuses = await db
    .select({ status: responses.status, errorCode: responses.errorCode })
    .from(responses)
    .orderBy(responses.position);
  const interrupted = { status: 'interrupted', errorCode: 'interrupted' };
  expect(statuses).toEqual([{ status: 'completed', errorCode: null }, interrupted, interrupted]);

  const input = { ...ids(pending), epoch: epoch ?? 0, result: completed('late') };
  expect(await recordResult(db, input)).toBe('refused');
  expect(await openTurnEpoch(db, { turnId: turn.id, owner: 'next', leaseSeconds: 60 })).not.toBeNull();
  const retried = { userId: user.id, responseId: pending.responseId };
  expect(await createAttempt(db, { ...retried, attempt: 1, run: newRun() })).toMatchObject({ attempt: 2 });
  expect((await getResponse(db, retried))?.response.status).toBe('pending');
});

test('a response without reported usage adds one estimated usage row', async () => {
  const { user, responses: made } = await makeTurn(database.db);
  const [first] = made;
  await claim(database.db, first);
  const { usage: _, ...withoutUsage } = completed('x');
  await record({ ...first, attempt: 1, result: withoutUsage });
  const spent = await database.db
    .select()
    .from(usage)
    .where(and(eq(usage.userId, user.id), eq(usage.runId, first.runId)));
  expect(spent).toHaveLength(1);
  expect(spent[0]).toMatchObject({ estimated: true, outputTokens: 0, costUsd: null });
});

test('a run that is asked to end is cancelled if its person asked, and interrupted otherwise', async () => {
  const { responses: made } = await makeTurn(database.db, { models: 2 });
  const [wanted, unasked] = made;
  if (!unasked) throw new Error('expected two responses');
  const result = { ...completed('as far as it came'), outcome: { status: 'cancelled' as const } };
  for (const each of [wanted, unasked]) await claim(database.db, each);
  await requestCancel(database.db, { responseIds: [wanted.responseId] });
  for (const each of [wanted, unasked]) {
    expect(await record({ ...each, attempt: 1, result })).toBe('recorded');
    expect(await record({ ...each, attempt: 1, result })).toBe('recorded');
  }
  expect(await stored(wanted)).toMatchObject({ status: 'cancelled', errorCode: null });
  expect(await stored(unasked)).toMatchObject({
    status: 'interrupted',
    errorCode: 'interrupted',
    text: result.text,
  });
});

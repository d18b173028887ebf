import { asc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ballotEntries } from '../schema/ballot-entries.ts';
import { preferences } from '../schema/preferences.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { ballotOf, claim, completed, type MadeTurn, makeTurn, newRun } from '../testing/factory.ts';
import { waitsForLock } from '../testing/locks.ts';
import { createAttempt } from './attempts.ts';
import { amendPreference, setPreference } from './preferences.ts';
import { recordResult } from './results.ts';
import { getTurn } from './turns.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const responseAt = (made: MadeTurn, position: number) => {
  const response = made.responses[position];
  if (!response) throw new Error(`no response at ${position}`);
  return response;
};
const currentOf = async ({ user, turn }: MadeTurn) =>
  (await getTurn(database.db, { userId: user.id, turnId: turn.id }))?.preference;
const entriesOf = ({ turn }: MadeTurn) =>
  database.db
    .select()
    .from(ballotEntries)
    .where(eq(ballotEntries.turnId, turn.id))
    .orderBy(asc(ballotEntries.place));

async function finish(made: MadeTurn, position: number, text: string): Promise<void> {
  const response = responseAt(made, position);
  await claim(database.db, response);
  await recordResult(database.db, { ...response, attempt: 1, result: completed(text) });
}

const retry = (made: MadeTurn, position: number) =>
  createAttempt(database.db, {
    userId: made.user.id,
    responseId: responseAt(made, position).responseId,
    attempt: 1,
    run: newRun(),
  });

test('a ballot is returned with its tiers, best first, and its worst', async () => {
  const made = await makeTurn(database.db, { models: 6 });
  const params = ballotOf(made, [[4, 2], [0], [5]], { worstPosition: 1 });
  await setPreference(database.db, params);
  const current = await currentOf(made);
  expect(current?.worst).toBe(params.ballot.worst);
  expect(current?.tiers.map((tier) => tier.toSorted())).toEqual(
    params.ballot.tiers.map((tier) => tier.toSorted()),
  );
});

test('every response of the turn has a row in the order shown, with the status that the person saw', async () => {
  const made = await makeTurn(database.db, { models: 3 });
  const params = ballotOf(made, [[2]], { worstPosition: 0 });
  const [first, second, third] = params.circumstances.panels;
  if (!first || !second || !third) throw new Error('three panels');
  params.circumstances.panels = [third, { ...first, status: 'failed' }, { ...second, status: 'streaming' }];
  await setPreference(database.db, params);
  expect(await entriesOf(made)).toMatchObject([
    { responseId: third.responseId, place: 0, tier: 1, isWorst: false, status: 'running' },
    { responseId: first.responseId, place: 1, tier: null, isWorst: true, status: 'failed' },
    { responseId: second.responseId, place: 2, tier: null, isWorst: false, status: 'streaming' },
  ]);
});

test('the model, its parameters and the length of its answer come from the stored response', async () => {
  const made = await makeTurn(database.db);
  await finish(made, 0, 'naïve 🙂');
  await setPreference(database.db, ballotOf(made, [[0]]));
  expect(await entriesOf(made)).toMatchObject([
    { modelId: 'openai/model-0', answeredBy: 'model-0-2026', textChars: 7, parameters: {}, attempt: 1 },
    { modelId: 'openai/model-1', answeredBy: null, textChars: null, parameters: {}, attempt: 1 },
  ]);
});

test('a response that ends after the verdict completes its row; a later attempt does not change it', async () => {
  const made = await makeTurn(database.db);
  await setPreference(database.db, ballotOf(made, [[0]]));
  await finish(made, 1, 'later');
  const [, entry] = await entriesOf(made);
  expect(entry).toMatchObject({ answeredBy: 'model-0-2026', textChars: 5, status: 'running' });
  await retry(made, 1);
  expect((await entriesOf(made))[1]).toEqual(entry);
});

test('a result that is recorded while a verdict is being stored waits for it and completes its row', async () => {
  const made = await makeTurn(database.db);
  await claim(database.db, responseAt(made, 0));
  let recording: Promise<unknown> | undefined;
  await database.db.transaction(async (tx) => {
    await setPreference(tx, ballotOf(made, [[0]]));
    const result = completed('just in time');
    recording = recordResult(database.db, { ...responseAt(made, 0), attempt: 1, result });
    await waitsForLock(database.db, recording);
  });
  await recording;
  expect((await entriesOf(made))[0]).toMatchObject({ textChars: 12 });
});

test.each([
  ['in a tier', [[1], [0]], undefined],
  ['as the worst', [[1]], 0],
])('a retry of a response that the ballot names %s ends that ballot', async (_, tiers, worstPosition) => {
  const made = await makeTurn(database.db, { models: 3 });
  await finish(made, 0, 'to be replaced');
  const more = worstPosition === undefined ? {} : { worstPosition };
  await setPreference(database.db, ballotOf(made, tiers, more));
  await retry(made, 0);
  expect(await currentOf(made)).toBeNull();
});

test('a retry of a response that the ballot does not name keeps the ballot', async () => {
  const made = await makeTurn(database.db, { models: 3 });
  await finish(made, 0, 'to be replaced');
  await setPreference(database.db, ballotOf(made, [[1]], { worstPosition: 2 }));
  await retry(made, 0);
  expect((await currentOf(made))?.verdict).toBe('response');
});

test('a retry that starts while a verdict is being stored waits for it and ends it', async () => {
  const made = await makeTurn(database.db);
  await finish(made, 0, 'to be replaced');
  let retrying: Promise<unknown> | undefined;
  await database.db.transaction(async (tx) => {
    await setPreference(tx, ballotOf(made, [[0]]));
    retrying = retry(made, 0);
    await waitsForLock(database.db, retrying);
  });
  await retrying;
  expect(await currentOf(made)).toBeNull();
});

test('a verdict about a text that a retry has dropped is refused; other responses can still be preferred', async () => {
  const made = await makeTurn(database.db);
  await finish(made, 0, 'dropped');
  await retry(made, 0);
  await expect(setPreference(database.db, ballotOf(made, [[0]]))).rejects.toMatchObject({ code: 'conflict' });
  const params = ballotOf(made, [[1]]);
  await setPreference(database.db, params);
  expect((await entriesOf(made))[0]).toMatchObject({ attempt: 1, answeredBy: null, textChars: null });
  const amending = amendPreference(database.db, {
    userId: made.user.id,
    preferenceId: params.preferenceId,
    worst: responseAt(made, 0).responseId,
  });
  await expect(amending).rejects.toMatchObject({ code: 'conflict' });
});

test('one plain query counts how often each model was best, in a tie, and worst', async () => {
  await using own = await cloneDatabase();
  const give = async (tiers: number[][], worstPosition?: number) => {
    const made = await makeTurn(own.db, { models: 3 });
    const more = worstPosition === undefined ? {} : { worstPosition };
    await setPreference(own.db, ballotOf(made, tiers, more));
  };
  await give([[0]], 2);
  await give([[0], [1]], 2);
  await give([[0, 1]]);
  await give([], 1);
  const { rows } = await own.db.execute(sql`
    select model_id,
           count(*) filter (where tier = 1 and verdict = 'response')::int as best,
           count(*) filter (where tier = 1 and verdict = 'tie')::int as tied,
           count(*) filter (where is_worst)::int as worst
    from ${ballotEntries} join ${preferences} on id = preference_id
    where superseded_at is null
    group by model_id order by model_id`);
  expect(rows).toEqual([
    { model_id: 'openai/model-0', best: 2, tied: 1, worst: 0 },
    { model_id: 'openai/model-1', best: 0, tied: 1, worst: 1 },
    { model_id: 'openai/model-2', best: 0, tied: 0, worst: 2 },
  ]);
});

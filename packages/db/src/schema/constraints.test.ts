import { newId } from '@aideator/contract/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setPreference } from '../queries/preferences.ts';
import { recordResult } from '../queries/results.ts';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import {
  ballotOf,
  claim,
  completed,
  type MadeTurn,
  makeTurn,
  newRun,
  turnInput,
} from '../testing/factory.ts';
import { preferences } from './preferences.ts';
import { responses } from './responses.ts';
import { runs } from './runs.ts';
import { turns } from './turns.ts';
import { usage } from './usage.ts';

let database: TestDatabase;
let made: MadeTurn;

beforeAll(async () => {
  database = await cloneDatabase();
  made = await makeTurn(database.db);
  const [first] = made.responses;
  await claim(database.db, first);
  await recordResult(database.db, { ...first, attempt: 1, result: completed('once') });
  await setPreference(database.db, ballotOf(made, [[0, 1]]));
});
afterAll(() => database[Symbol.asyncDispose]());

/** The name of the violated constraint. */
async function refusedBy(inserting: PromiseLike<unknown>): Promise<unknown> {
  try {
    await inserting;
    return 'nothing';
  } catch (error) {
    const { cause } = error as { cause?: { constraint?: string } };
    return cause?.constraint;
  }
}

const response = (position: number) => ({
  id: newId('response'),
  turnId: made.turn.id,
  position,
  modelId: 'm',
  modelName: 'M',
  attempt: 1,
  status: 'pending' as const,
});

const turn = (changed: { number: number; idempotencyKey: string }) => {
  const { responses: _, ...given } = turnInput({ userId: made.user.id, sessionId: made.session.id });
  return { ...given, ...changed };
};

test('the database refuses a second response at a position, and a seventh response', async () => {
  const insert = (position: number) => database.db.insert(responses).values(response(position));
  expect(await refusedBy(insert(0))).toBe('responses_turn_id_position_key');
  expect(await refusedBy(insert(6))).toBe('responses_position_check');
  expect(await refusedBy(insert(-1))).toBe('responses_position_check');
});

test('the database refuses a second run of an attempt, and a second usage row of a run', async () => {
  const [first] = made.responses;
  const again = { ...newRun(), responseId: first.responseId, attempt: 1, status: 'pending' as const };
  expect(await refusedBy(database.db.insert(runs).values(again))).toBe('runs_response_id_attempt_key');
  const spent = {
    id: newId('usage'),
    userId: made.user.id,
    runId: first.runId,
    modelId: 'm',
    provider: 'p',
    inputTokens: 1,
    outputTokens: 1,
    reasoningTokens: 0,
    cachedInputTokens: 0,
    estimated: false,
    ownKey: false,
  };
  expect(await refusedBy(database.db.insert(usage).values(spent))).toBe('usage_run_id_key');
});

test('the database refuses a second turn with the same number, or with the same idempotency key of a person', async () => {
  const insert = (changed: { number: number; idempotencyKey: string }) =>
    database.db.insert(turns).values(turn(changed));
  expect(await refusedBy(insert({ number: 1, idempotencyKey: 'another' }))).toBe(
    'turns_session_id_number_key',
  );
  const { idempotencyKey } = made.turn;
  expect(await refusedBy(insert({ number: 2, idempotencyKey }))).toBe('turns_user_id_idempotency_key_key');
});

test('the database refuses a second current verdict of a person on a turn', async () => {
  const verdict = { turnId: made.turn.id, userId: made.user.id, verdict: 'none' as const };
  const inserting = database.db.insert(preferences).values({ id: newId('preference'), ...verdict });
  expect(await refusedBy(inserting)).toBe('preferences_current_key');
});

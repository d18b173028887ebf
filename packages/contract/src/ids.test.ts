import { describe, expect, test } from 'vitest';
import { sessionIdSchema, turnIdSchema } from './id-schemas.ts';
import { ID_PREFIXES, type IdKind, isId, newId, type ResponseId, type RunId } from './ids.ts';

test('an id starts with the prefix of its kind', () => {
  for (const kind of Object.keys(ID_PREFIXES) as IdKind[])
    expect(newId(kind)).toMatch(new RegExp(`^${ID_PREFIXES[kind]}_`));
});

test('later ids sort later', () => {
  const times = [0, 1, 255, 256, 65_536, 1_763_937_000_000, 1_763_937_000_001, 2 ** 47];
  const ids = times.map((time) => newId('turn', time));
  expect([...ids].sort()).toEqual(ids);
});

test('10,000 ids of one millisecond are all different', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId('run', 1))).size).toBe(10_000);
});

test('an id of one kind is not accepted as another', () => {
  expect(sessionIdSchema.safeParse(newId('session')).success).toBe(true);
  expect(turnIdSchema.safeParse(newId('session')).success).toBe(false);
  expect(isId('run', newId('run'))).toBe(true);
  expect(isId('response', newId('run'))).toBe(false);
});

test.each([
  '',
  'ses_',
  'ses_01',
  "ses_' or 1=1",
  `ses_${'u'.repeat(26)}`,
  `ses_${'0'.repeat(27)}`,
  `ses_${'0'.repeat(26)}\n`,
  undefined,
  7,
])('%j is not a session id', (value) => {
  expect(isId('session', value)).toBe(false);
  expect(sessionIdSchema.safeParse(value).success).toBe(false);
});

describe('the type of an id', () => {
  test('accepts neither an id of another kind nor a plain string', () => {
    const runId: RunId = newId('run');
    // @ts-expect-error a run id is not a response id
    const asResponse: ResponseId = runId;
    // @ts-expect-error a plain string is not an id
    const asRun: RunId = String(runId);
    // @ts-expect-error the prefix is missing
    const literal: RunId = '01k0';
    expect([asResponse, asRun, literal]).toHaveLength(3);
  });

  test('is narrowed by the check', () => {
    const text: string = newId('turn');
    expect(isId('turn', text) && (text satisfies `trn_${string}`)).toBe(text);
  });
});

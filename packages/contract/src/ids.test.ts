import { expect, test } from 'vitest';
import { ID_PREFIXES, type IdKind, newId, sessionIdSchema, turnIdSchema } from './ids.ts';

test('an id names its kind, and a schema takes no other', () => {
  for (const kind of Object.keys(ID_PREFIXES) as IdKind[])
    expect(newId(kind)).toMatch(new RegExp(`^${ID_PREFIXES[kind]}_`));
  expect(sessionIdSchema.safeParse(newId('session')).success).toBe(true);
  expect(turnIdSchema.safeParse(newId('session')).success).toBe(false);
});

test('ids that are made later sort later', () => {
  const times = [0, 1, 255, 256, 65_536, 1_763_937_000_000, 1_763_937_000_001, 2 ** 47];
  const ids = times.map((time) => newId('turn', time));
  expect([...ids].sort()).toEqual(ids);
});

test('10,000 ids of the same millisecond are all different', () => {
  expect(new Set(Array.from({ length: 10_000 }, () => newId('run', 1))).size).toBe(10_000);
});

test.each(['', 'ses_', 'ses_01', "ses_' or 1=1", `ses_${'u'.repeat(26)}`, `ses_${'0'.repeat(27)}`])(
  '%j is no session id',
  (text) => {
    expect(sessionIdSchema.safeParse(text).success).toBe(false);
  },
);

import { newId } from '@aideator/contract/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../testing/database.ts';
import { makeUser } from '../testing/factory.ts';
import {
  endOtherSignIns,
  endSignIn,
  findKnownClient,
  findSignedInUser,
  insertSignIn,
  listLiveSignIns,
  purgeSignIns,
} from './sign-ins.ts';
import { bumpSessionVersion } from './users.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const CLIENT = { deviceHash: 'device', addressHash: 'address' };
const DAY_SECONDS = 86_400;

async function signedIn(lifetimeSeconds = 60, user = makeUser(database.db)) {
  const { id: userId } = await user;
  return { userId, signInId: await insertSignIn(database.db, { ...CLIENT, userId, lifetimeSeconds }) };
}

test('a sign-in finds its user until it ends or expires', async () => {
  const { db } = database;
  const { userId, signInId } = await signedIn();
  expect(await findSignedInUser(db, { signInId })).toMatchObject({ id: userId });
  expect(await endSignIn(db, { signInId })).toEqual({ userId });
  expect(await endSignIn(db, { signInId })).toBeUndefined();
  expect(await findSignedInUser(db, { signInId })).toBeUndefined();
  expect(await findSignedInUser(db, await signedIn(-1))).toBeUndefined();
});

test('all other sign-ins of a user can be ended without ending those of other users', async () => {
  const { db } = database;
  const user = makeUser(db);
  const [kept, one, two] = [await signedIn(60, user), await signedIn(60, user), await signedIn(60, user)];
  const foreign = await signedIn();
  expect(await endOtherSignIns(db, { userId: kept.userId, exceptId: kept.signInId })).toBe(2);
  const found = await Promise.all([kept, one, two, foreign].map((each) => findSignedInUser(db, each)));
  expect(found.map((each) => each !== undefined)).toEqual([true, false, false, true]);
});

test('a lookup of many sign-ins returns the live ones with the session version of their user', async () => {
  const { db } = database;
  const [live, ended, expired, bumped] = [
    await signedIn(),
    await signedIn(),
    await signedIn(-1),
    await signedIn(),
  ];
  const disabled = await signedIn();
  await endSignIn(db, ended);
  await bumpSessionVersion(db, bumped);
  await db.execute(`update users set disabled_at = now() where id = '${disabled.userId}'`);
  const signInIds = [live, ended, expired, bumped, disabled].map(({ signInId }) => signInId);
  const found = await listLiveSignIns(db, { signInIds: [...signInIds, newId('signIn')] });
  expect(found).toHaveLength(2);
  expect(found).toEqual(
    expect.arrayContaining([
      { id: live.signInId, sessionVersion: 1 },
      { id: bumped.signInId, sessionVersion: 2 },
    ]),
  );
  expect(await listLiveSignIns(db, { signInIds: [] })).toEqual([]);
});

test('a device or an address stays known for some days to the user who signed in with it', async () => {
  const { db } = database;
  const { userId } = await signedIn();
  const known = (changed: object) => findKnownClient(db, { ...CLIENT, userId, days: 90, ...changed });
  expect(await known({ addressHash: 'other' })).toEqual({ device: true, address: false });
  expect(await known({ deviceHash: 'other' })).toEqual({ device: false, address: true });
  expect(await known({ userId: (await makeUser(db)).id })).toEqual({ device: false, address: false });
  await db.execute(`update sign_ins set created_at = now() - interval '91 days' where user_id = '${userId}'`);
  expect(await known({})).toEqual({ device: false, address: false });
});

test('rows are purged some days after they expired', async () => {
  await using fresh = await cloneDatabase();
  const { id: userId } = await makeUser(fresh.db);
  const lifetimes = [60, -59 * DAY_SECONDS, -61 * DAY_SECONDS];
  for (const lifetimeSeconds of lifetimes)
    await insertSignIn(fresh.db, { ...CLIENT, userId, lifetimeSeconds });
  expect(await purgeSignIns(fresh.db, { days: 60 })).toBe(1);
  expect(await purgeSignIns(fresh.db, { days: 60 })).toBe(0);
});

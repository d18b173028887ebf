import { newId } from '@aideator/contract/ids';
import { endSignIn, insertSignIn } from '@aideator/db/queries/sign-ins';
import { bumpSessionVersion } from '@aideator/db/queries/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../testing/app.ts';

let app: TestApp;
let getPerson: typeof import('./person.ts').getPerson;
let hasValidToken: typeof import('./person.ts').hasValidToken;
beforeAll(async () => {
  app = await startApp();
  ({ getPerson, hasValidToken } = await import('./person.ts'));
});
afterAll(() => app[Symbol.asyncDispose]());

const withCookie = (cookie: string) => getPerson(new Headers({ cookie }));
const newSignIn = (userId: Awaited<ReturnType<TestApp['member']>>['id'], lifetimeSeconds = 60) =>
  insertSignIn(app.database.db, { userId, deviceHash: 'd', addressHash: 'a', lifetimeSeconds });

test('the cookie of a sign-in identifies the person, whatever other cookies come with it', async () => {
  const person = await app.member();
  const cookie = await app.signIn(person.id);
  expect(await withCookie(`theme=dark; ${cookie}; x`)).toMatchObject({ id: person.id, role: person.role });
});

test('signing out ends that sign-in at its next request, and no other', async () => {
  const person = await app.member();
  const signInId = await newSignIn(person.id);
  const old = await app.signIn(person.id, { signInId });
  const other = await app.signIn(person.id);
  await endSignIn(app.database.db, { signInId });
  expect(await withCookie(old)).toBeNull();
  expect(await withCookie(other)).toMatchObject({ id: person.id });
});

test('a sign-in ends when its time is over, even if its cookie was renewed', async () => {
  const person = await app.member();
  const signInId = await newSignIn(person.id, -1);
  expect(await withCookie(await app.signIn(person.id, { signInId }))).toBeNull();
});

test('signing out everywhere and disabling end every session at its next request', async () => {
  const person = await app.member();
  const old = await app.signIn(person.id);
  await bumpSessionVersion(app.database.db, { userId: person.id });
  expect(await withCookie(old)).toBeNull();
  const renewed = await app.signIn(person.id, { sessionVersion: 2 });
  expect(await withCookie(renewed)).toMatchObject({ id: person.id });
  await app.database.db.execute(`update users set disabled_at = now() where id = '${person.id}'`);
  expect(await withCookie(renewed)).toBeNull();
});

test('a cookie with another secret, no version or an unknown sign-in, or an expired one, is refused', async () => {
  const { id } = await app.member();
  const cookies = await Promise.all([
    app.signIn(id, { secret: 'another secret of at least 32 characters' }),
    app.signIn(id, { maxAgeSeconds: -60 }),
    app.signIn(id, { sessionVersion: '1' }),
    app.signIn(id, { signInId: newId('signIn') }),
    app.signIn(id, { signInId: id }),
    app.signIn(id, { signInId: 7 }),
  ]);
  for (const cookie of [...cookies, 'aideator.session=junk', 'aideator.session=', ''])
    expect(await withCookie(cookie)).toBeNull();
});

test('a token without the claims of a sign-in is not valid', async () => {
  const { id } = await app.member();
  const valid = async (options: Parameters<TestApp['signIn']>[1]) =>
    hasValidToken(new Headers({ cookie: await app.signIn(id, options) }));
  expect(await valid({})).toBe(true);
  for (const claims of [{ sessionVersion: '1' }, { signInId: id }, { signInId: 7 }])
    expect(await valid(claims)).toBe(false);
});

test('a token counts only in its cookie, where no script of another site can put it', async () => {
  const person = await app.member();
  const [name, token] = (await app.signIn(person.id)).split('=');
  expect(await getPerson(new Headers({ authorization: `Bearer ${token}` }))).toBeNull();
  expect(await withCookie(`other-${name}=${token}`)).toBeNull();
});

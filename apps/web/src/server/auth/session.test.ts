import { bumpSessionVersion } from '@aideator/db/queries/users';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessionCookieOf, startApp, type TestApp } from '../testing/app.ts';

let app: TestApp;
let getSession: typeof import('./session.ts').getSession;
beforeAll(async () => {
  app = await startApp();
  ({ getSession } = await import('./session.ts'));
});
afterAll(() => app[Symbol.asyncDispose]());

const withCookie = (cookie: string) => getSession(new Headers({ cookie }));

test('a cookie that was given at sign-in tells who it is, among others', async () => {
  const person = await app.member();
  const cookie = await sessionCookieOf({ userId: person.id });
  expect(await withCookie(`theme=dark; ${cookie}; x`)).toMatchObject({ id: person.id, role: person.role });
});

test('signing out everywhere and disabling end every session at its next request', async () => {
  const person = await app.member();
  const old = await sessionCookieOf({ userId: person.id });
  await bumpSessionVersion(app.database.db, { userId: person.id });
  expect(await withCookie(old)).toBeNull();
  const renewed = await sessionCookieOf({ userId: person.id, sessionVersion: 2 });
  expect(await withCookie(renewed)).toMatchObject({ id: person.id });
  await app.database.db.execute(`update users set disabled_at = now() where id = '${person.id}'`);
  expect(await withCookie(renewed)).toBeNull();
});

test('nobody is let in by a cookie of another secret, an old one, one without a version or of nobody', async () => {
  const person = await app.member();
  const userId = person.id;
  const cookies = await Promise.all([
    sessionCookieOf({ userId, secret: 'another secret of at least 32 characters' }),
    sessionCookieOf({ userId, maxAgeSeconds: -60 }),
    sessionCookieOf({ userId, sessionVersion: '1' }),
    sessionCookieOf({ userId: 'usr_nobody' }),
  ]);
  for (const cookie of [...cookies, 'aideator.session=junk', 'aideator.session=', ''])
    expect(await withCookie(cookie)).toBeNull();
});

test('a token counts in its cookie only, where no other site’s script can put it', async () => {
  const person = await app.member();
  const [name, token] = (await sessionCookieOf({ userId: person.id })).split('=');
  expect(await getSession(new Headers({ authorization: `Bearer ${token}` }))).toBeNull();
  expect(await withCookie(`other-${name}=${token}`)).toBeNull();
});

import { createUser } from '@aideator/db/queries/users';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPasswords } from '../passwords.ts';
import { startApp, type TestApp } from '../testing/app.ts';

const PASSWORD = 'three unrelated words';
const EMAIL = 'ada@example.org';
const BROWSER = { client: { address: 'a', addressHash: 'a', deviceHash: 'd' }, deviceCookie: '' };

let app: TestApp;
let options: ReturnType<typeof import('./options.ts').authOptions>;
let getPerson: typeof import('./person.ts').getPerson;
beforeAll(async () => {
  app = await startApp();
  const passwordHash = await createPasswords().hash(PASSWORD);
  await createUser(app.database.db, { email: EMAIL, name: 'Ada', passwordHash });
  options = (await import('./options.ts')).authOptions(BROWSER, { onSignIn: () => undefined });
  ({ getPerson } = await import('./person.ts'));
});
afterAll(() => app[Symbol.asyncDispose]());

/** What next-auth calls with the fields of the form. */
function authorize(fields: object): Promise<unknown> {
  const [provider] = options.providers as unknown as {
    options: { authorize(fields: object): Promise<unknown> };
  }[];
  return provider?.options.authorize(fields) ?? expect.fail();
}

type JwtInput = Parameters<NonNullable<NonNullable<typeof options.callbacks>['jwt']>>[0];
const claims = (input: object) => options.callbacks?.jwt?.(input as JwtInput);

async function personOf(token: object) {
  const cookie = `aideator.session=${await encode({ token: { ...token }, secret: process.env.AUTH_SECRET ?? '' })}`;
  return getPerson(new Headers({ cookie }));
}

test('a right password gives a token that identifies the person', async () => {
  const user = await authorize({ email: EMAIL, password: PASSWORD });
  const token = await claims({ token: {}, user, account: { type: 'credentials' } });
  expect(await personOf(token ?? {})).toMatchObject({ email: EMAIL });
});

test('a browser cannot change the claims of its token', async () => {
  const user = await authorize({ email: EMAIL, password: PASSWORD });
  const token = await claims({ token: {}, user, account: { type: 'credentials' } });
  const session = { signInId: 'another', sessionVersion: 7 };
  expect(await claims({ token: { ...token, role: 'admin' }, trigger: 'update', session })).toEqual(token);
});

test.each([{ value: 5 }, { value: { length: 1 } }, { value: ['x'] }, { value: null }, {}])(
  'a password or an address that is no text is refused as a wrong one is, and nothing fails: %j',
  async ({ value }) => {
    const before = app.logged();
    for (const email of [EMAIL, 'nobody@example.org'])
      expect(await authorize({ email, password: value })).toBeNull();
    expect(await authorize({ email: value, password: PASSWORD })).toBeNull();
    expect(app.logged()).toBe(before);
  },
);

test('a sign-in through a provider that fails is logged without its values, and the page gets a code', async () => {
  // PostgreSQL cannot compare it.
  const account = { provider: 'oidc', providerAccountId: 'canary\0', type: 'oauth' };
  const profile = { email: 'grace@example.org', email_verified: true };
  type Input = Parameters<NonNullable<NonNullable<typeof options.callbacks>['signIn']>>[0];
  const answer = await options.callbacks?.signIn?.({ account, profile } as unknown as Input);
  expect(answer).toBe('/sign-in?error=internal');
  expect(app.logged()).toContain('sign-in failed');
  expect(app.logged()).not.toContain('canary');
});

import type { User } from '@aideator/db/schema/users';
import { expect, test } from 'vitest';
import { decideOAuth, type OAuthProfile } from './oauth-decision.ts';

const LINKED = { id: 'usr_1', disabledAt: null } as Partial<User> as User;
const VERIFIED: OAuthProfile = { email: 'grace@example.org', isEmailVerified: true, name: ' Grace ' };
const UNVERIFIED: OAuthProfile = { ...VERIFIED, isEmailVerified: false };

test.each([VERIFIED, UNVERIFIED, { isEmailVerified: false }])(
  'a linked account signs its person in, whatever the profile says: %j',
  (profile) => {
    expect(decideOAuth(LINKED, profile)).toEqual({ action: 'sign_in', user: LINKED });
  },
);

test('a disabled person is refused', () => {
  const disabled = { ...LINKED, disabledAt: new Date() };
  expect(() => decideOAuth(disabled, VERIFIED)).toThrow('account_disabled');
});

test('a new account takes the verified e-mail address and the trimmed name', () => {
  expect(decideOAuth(undefined, VERIFIED)).toEqual({
    action: 'create',
    email: 'grace@example.org',
    name: 'Grace',
  });
});

test.each(['', '  ', undefined])('the e-mail address replaces an empty name: %j', (name) => {
  expect(decideOAuth(undefined, { ...VERIFIED, name })).toMatchObject({ name: 'grace@example.org' });
});

test('a name of a provider is cut to what the sign-up form takes, without control characters', () => {
  const name = `\0Grace\nHopper ${'x'.repeat(1_000)}`;
  expect(decideOAuth(undefined, { ...VERIFIED, name })).toMatchObject({
    name: `Grace Hopper ${'x'.repeat(87)}`,
  });
});

const UNUSABLE = ['', 'a\0@example.org', `${'a'.repeat(300)}@example.org`];

test.each([UNVERIFIED, { isEmailVerified: true }, ...UNUSABLE.map((email) => ({ ...VERIFIED, email }))])(
  'an e-mail address that is missing, not verified or not storable creates no account: %j',
  (profile) => {
    expect(() => decideOAuth(undefined, profile)).toThrow('email_unverified');
  },
);

import type { Profile } from 'next-auth';
import { expect, test } from 'vitest';
import { oauthSignInOf } from './oauth-profile.ts';

const ACCOUNT = { provider: 'oidc', providerAccountId: 'g-1' };
const mapped = (profile: object | undefined) => oauthSignInOf(ACCOUNT, profile as Profile | undefined);

test('keeps the provider account, the e-mail address and the name', () => {
  const account = { ...ACCOUNT, access_token: 'canary' };
  const profile = { email: 'grace@example.org', email_verified: true, name: 'Grace', sub: 'g-1' } as Profile;
  expect(oauthSignInOf(account, profile)).toEqual({
    account: ACCOUNT,
    profile: { email: 'grace@example.org', isEmailVerified: true, name: 'Grace' },
  });
});

test.each([
  undefined,
  {},
  { email: 'x@example.org' },
  { email: 'x@example.org', email_verified: false },
  { email: 'x@example.org', email_verified: 'true' },
  { email: 'x@example.org', email_verified: 1 },
])('an e-mail address counts as verified only if the provider sends true: %j', (profile) => {
  expect(mapped(profile).profile.isEmailVerified).toBe(false);
});

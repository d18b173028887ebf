import type { OAuthProfile } from '@aideator/api/services/accounts/oauth-decision';
import type { Account, Profile } from 'next-auth';

/** The claims of next-auth's profile that decide who signs in. For GitHub, see `gitHubProfile`. */
export function oauthSignInOf(
  { provider, providerAccountId }: Pick<Account, 'provider' | 'providerAccountId'>,
  profile: Profile | undefined,
): { account: { provider: string; providerAccountId: string }; profile: OAuthProfile } {
  const claims = profile as (Profile & { email_verified?: unknown }) | undefined;
  return {
    account: { provider, providerAccountId },
    profile: {
      email: claims?.email,
      isEmailVerified: claims?.email_verified === true,
      name: claims?.name,
    },
  };
}

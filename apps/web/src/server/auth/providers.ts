import type { Profile } from 'next-auth';
import GitHubProvider, { type GithubProfile } from 'next-auth/providers/github';
import GoogleProvider from 'next-auth/providers/google';
import type { OAuthConfig } from 'next-auth/providers/oauth';
import { env } from '~/env.ts';

interface OidcProfile {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

function oidcProvider(issuer: string, clientId: string, clientSecret: string): OAuthConfig<OidcProfile> {
  return {
    id: 'oidc',
    name: env.OIDC_NAME,
    type: 'oauth',
    wellKnown: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    clientId,
    clientSecret,
    authorization: { params: { scope: 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state'],
    profile: (profile) => ({ id: profile.sub, email: profile.email ?? '', name: profile.name ?? '' }),
  };
}

const GITHUB_TIMEOUT_MS = 10_000;

/** An address of a GitHub account, as `/user/emails` lists it. */
interface GitHubEmail {
  email: string;
  primary: boolean;
  verified: boolean;
}

/**
 * The profile with the account's primary address and whether GitHub has verified it. GitHub's public profile contains
 * neither.
 */
export async function gitHubProfile(
  accessToken: string,
  apiUrl = 'https://api.github.com',
): Promise<GithubProfile & { email_verified: boolean }> {
  const read = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${apiUrl}${path}`, {
      headers: { authorization: `Bearer ${accessToken}`, accept: 'application/vnd.github+json' },
      signal: AbortSignal.timeout(GITHUB_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`GitHub returned ${response.status} for ${path}`);
    return (await response.json()) as T;
  };
  const [profile, emails] = await Promise.all([
    read<GithubProfile>('/user'),
    read<GitHubEmail[]>('/user/emails'),
  ]);
  const primary = emails.find((each) => each.primary);
  return { ...profile, email: primary?.email ?? null, email_verified: primary?.verified === true };
}

function gitHubProvider(clientId: string, clientSecret: string): OAuthConfig<GithubProfile> {
  const provider = GitHubProvider({ clientId, clientSecret });
  // Its type does not allow for a missing address; `oauthSignInOf` does.
  const request = async ({ tokens }: { tokens: { access_token?: string } }) =>
    (await gitHubProfile(tokens.access_token ?? '')) as unknown as Profile;
  return { ...provider, userinfo: { url: 'https://api.github.com/user', request } };
}

/** The providers that are configured. */
export function oauthProviders() {
  const providers = [];
  if (env.GITHUB_CLIENT_ID && env.GITHUB_CLIENT_SECRET) {
    providers.push(gitHubProvider(env.GITHUB_CLIENT_ID, env.GITHUB_CLIENT_SECRET));
  }
  if (env.GOOGLE_CLIENT_ID && env.GOOGLE_CLIENT_SECRET) {
    providers.push(
      GoogleProvider({ clientId: env.GOOGLE_CLIENT_ID, clientSecret: env.GOOGLE_CLIENT_SECRET }),
    );
  }
  if (env.OIDC_ISSUER && env.OIDC_CLIENT_ID && env.OIDC_CLIENT_SECRET) {
    providers.push(oidcProvider(env.OIDC_ISSUER, env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET));
  }
  return providers;
}

/** The id and name of each provider, for the sign-in buttons. */
export function configuredProviders(): { id: string; name: string }[] {
  return oauthProviders().map(({ id, name }) => ({ id, name }));
}

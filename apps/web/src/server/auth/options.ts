import { personOfOAuth } from '@aideator/api/services/accounts/oauth-account';
import { OAuthRefusal, type OAuthRefusalReason } from '@aideator/api/services/accounts/oauth-decision';
import {
  SIGN_IN_SECONDS,
  type StartedSignIn,
  signInWithPassword,
  signOut,
  startSignIn,
} from '@aideator/api/services/accounts/sign-in';
import { AppError } from '@aideator/contract/errors';
import type { AuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { z } from 'zod';
import { env } from '~/env.ts';
import { getDeps } from '~/server/deps.ts';
import { sessionCookie } from './cookies.ts';
import { oauthSignInOf } from './oauth-profile.ts';
import { claimsOf, type SessionClaims } from './person.ts';
import { oauthProviders } from './providers.ts';
import type { Browser } from './sign-in-client.ts';

/** The sign-in page has a text for each code; see `sign-in-errors.ts`. */
const REFUSAL_CODES: Record<OAuthRefusalReason, string> = {
  account_exists: 'OAuthAccountNotLinked',
  email_unverified: 'email_unverified',
  account_disabled: 'AccessDenied',
};

/** Only our own codes leave this file: next-auth puts the message of an error into a URL. */
function codeOf(error: unknown): string {
  if (error instanceof OAuthRefusal) return REFUSAL_CODES[error.reason];
  return error instanceof AppError ? error.code : 'internal';
}

/** The browser sends a form, but next-auth would pass on any JSON too. */
const credentialsSchema = z.object({ email: z.string(), password: z.string() });

const credentials = ({ client }: Browser) =>
  CredentialsProvider({
    id: 'credentials',
    name: 'E-mail and password',
    credentials: { email: { type: 'email' }, password: { type: 'password' } },
    async authorize(input) {
      const given = credentialsSchema.safeParse(input);
      if (!given.success) return null;
      try {
        const started = await signInWithPassword(await getDeps(), { ...given.data, client });
        return started && { ...started, id: started.signInId };
      } catch (error) {
        await logUnexpected(error);
        throw new Error(codeOf(error), { cause: error });
      }
    },
  });

/** Refusals are in the audit log. */
async function logUnexpected(error: unknown): Promise<void> {
  if (error instanceof AppError || error instanceof OAuthRefusal) return;
  (await getDeps()).log.error({ err: error }, 'sign-in failed');
}

interface Listener {
  /** Called when the browser has signed in. */
  onSignIn(): void;
}

function callbacks(browser: Browser, { onSignIn }: Listener): AuthOptions['callbacks'] {
  return {
    /** `user` is set only at sign-in. Later the claims stay unchanged; `getPerson` compares them with the database. */
    async jwt({ token, user, account, profile }) {
      if (!user || !account) return { ...claimsOf(token) };
      const { signInId, sessionVersion } =
        account.type === 'credentials'
          ? (user as unknown as StartedSignIn)
          : await signInWithProvider(browser, oauthSignInOf(account, profile));
      onSignIn();
      const claims: SessionClaims = { signInId, sessionVersion };
      return { ...claims };
    },
    /** Checks a provider's account before a token is created, so that a refusal can give the reason. */
    async signIn({ account, profile }) {
      if (!account || account.type === 'credentials') return true;
      try {
        await personOfOAuth(await getDeps(), oauthSignInOf(account, profile));
        return true;
      } catch (error) {
        await logUnexpected(error);
        const code = codeOf(error);
        return `/sign-in?error=${code === 'forbidden' ? 'sign_up_closed' : code}`;
      }
    },
    /** `/api/auth/session` renews the cookie and only reveals that there is a session. */
    session: ({ session }) => ({ expires: session.expires }),
  };
}

async function signInWithProvider(
  { client }: Browser,
  given: ReturnType<typeof oauthSignInOf>,
): Promise<StartedSignIn> {
  const deps = await getDeps();
  const { id: userId, sessionVersion } = await personOfOAuth(deps, given);
  return { signInId: await startSignIn(deps, { userId, client }), sessionVersion };
}

/** Created per request: it depends on the browser, and settings are read at request time, not when the app is built. */
export function authOptions(browser: Browser, listener: Listener): AuthOptions {
  return {
    secret: env.AUTH_SECRET,
    session: { strategy: 'jwt', maxAge: SIGN_IN_SECONDS },
    cookies: { sessionToken: sessionCookie() },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    providers: [credentials(browser), ...oauthProviders()],
    callbacks: callbacks(browser, listener),
    events: {
      async signOut({ token }) {
        const claims = token && claimsOf(token);
        if (claims) await signOut(await getDeps(), claims.signInId);
      },
    },
    // The default logger prints whole requests to the console.
    logger: { error: logAuthError, warn: () => undefined, debug: () => undefined },
  };
}

function logAuthError(code: string): void {
  void getDeps().then((deps) => deps.log.warn({ code }, 'next-auth'));
}

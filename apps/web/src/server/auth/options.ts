import { verifyCredentials } from '@aideator/api/services/accounts';
import { AppError } from '@aideator/contract/errors';
import type { AuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { env } from '~/env.ts';
import { getDeps } from '~/server/deps.ts';
import { sessionCookie } from './cookies.ts';
import { personOfOAuth, SignInRefused } from './oauth-account.ts';
import { oauthProviders } from './providers.ts';

const SESSION_SECONDS = 30 * 24 * 60 * 60;

/** What `authorize` gives to the callbacks, and the token keeps. */
interface TokenPerson {
  id: string;
  role: string;
  sessionVersion: number;
}

/** Only our own codes leave this file: next-auth puts the message of an error into a URL. */
function codeOf(error: unknown): string {
  if (error instanceof SignInRefused) return error.reason;
  return error instanceof AppError ? error.code : 'internal';
}

const credentials = CredentialsProvider({
  id: 'credentials',
  name: 'E-mail and password',
  credentials: { email: { type: 'email' }, password: { type: 'password' } },
  async authorize(input) {
    const deps = await getDeps();
    try {
      return await verifyCredentials(deps, { email: input?.email ?? '', password: input?.password ?? '' });
    } catch (error) {
      if (!(error instanceof AppError)) deps.log.error({ err: error }, 'sign-in failed');
      throw new Error(codeOf(error), { cause: error });
    }
  },
});

const callbacks: AuthOptions['callbacks'] = {
  /** Runs at sign-in with `user`, later without: what was true at sign-in stays, `getSession` compares it with the row. */
  async jwt({ token, user, account, profile }) {
    if (!user || !account) return token;
    const person: TokenPerson =
      account.type === 'credentials'
        ? (user as unknown as TokenPerson)
        : await personOfOAuth(await getDeps(), { account, profile });
    return { sub: person.id, role: person.role, sessionVersion: person.sessionVersion };
  },
  /** Checks an account of a provider before a token is made, so that a refusal can say why. */
  async signIn({ account, profile }) {
    if (!account || account.type === 'credentials') return true;
    try {
      await personOfOAuth(await getDeps(), { account, profile });
      return true;
    } catch (error) {
      const code = codeOf(error);
      return `/sign-in?error=${code === 'forbidden' ? 'sign_up_closed' : code}`;
    }
  },
  /** `/api/auth/session` renews the cookie and tells nothing but that there is a session. */
  session: ({ session }) => ({ expires: session.expires }),
};

/** Made per call: the settings are read when a request comes, not when the app is built. */
export function authOptions(): AuthOptions {
  return {
    secret: env.AUTH_SECRET,
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    cookies: { sessionToken: sessionCookie() },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    providers: [credentials, ...oauthProviders()],
    callbacks,
    // Its own logger prints whole requests to the console.
    logger: { error: logAuthError, warn: () => undefined, debug: () => undefined },
  };
}

function logAuthError(code: string): void {
  void getDeps().then((deps) => deps.log.warn({ code }, 'next-auth'));
}

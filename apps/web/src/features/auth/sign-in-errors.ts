import { ERROR_CODES, type ErrorCode, peopleText } from '@aideator/contract/errors';

const TEXTS: Record<string, string> = {
  CredentialsSignin: 'The e-mail or password is wrong. Check both and try again.',
  AccessDenied: 'This account may not sign in here. Ask the person who runs this server.',
  OAuthAccountNotLinked:
    'There is already an account with this e-mail that uses a password. Sign in with the password.',
  email_unverified: 'The provider has not confirmed your e-mail. Confirm it there, then try again.',
  sign_up_closed: 'New accounts are closed here. Ask the person who runs this server.',
};

const FALLBACK = 'Signing in did not work. Try again; if it happens again, tell the operator.';

/** The text for a value of `?error=`: a code of next-auth, one of the codes above, or one of our error codes. */
export function signInErrorText(error: string): string {
  const own = TEXTS[error];
  if (own !== undefined) return own;
  return (ERROR_CODES as readonly string[]).includes(error) ? peopleText(error as ErrorCode) : FALLBACK;
}

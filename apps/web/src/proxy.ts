import { type NextRequest, NextResponse } from 'next/server';
import { env } from '~/env.ts';
import { signInPath } from '~/lib/next-path.ts';
import { contentSecurityPolicy } from '~/server/auth/content-security-policy.ts';
import { hasSessionCookie } from '~/server/auth/cookies.ts';
import { PATH_HEADER } from '~/server/auth/path-header.ts';

const OPEN_PATHS: ReadonlySet<string> = new Set(['/sign-in', '/sign-up']);

/**
 * Sends people without a session cookie to the sign-in page, before anything is rendered. Only checks that there is a
 * cookie: layouts and procedures check that it is valid. Also sets the Content-Security-Policy of every page.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  const hasCookie = hasSessionCookie((name) => request.cookies.has(name));
  if (!hasCookie && !OPEN_PATHS.has(pathname)) {
    return NextResponse.redirect(new URL(signInPath(pathname + search), request.nextUrl));
  }
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy({ nonce, development: env.NODE_ENV === 'development' });
  const headers = new Headers(request.headers);
  headers.set(PATH_HEADER, pathname + search);
  headers.set('x-nonce', nonce);
  headers.set('Content-Security-Policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('Content-Security-Policy', policy);
  return response;
}

export const config = {
  // Only pages: API calls return 401 themselves, and files need neither.
  matcher: ['/((?!api/|_next/|icon\\.svg|favicon\\.ico|robots\\.txt).*)'],
};

import { isUnauthorized } from '~/lib/errors.ts';
import { signInPath } from '~/lib/next-path.ts';

/**
 * Goes to the sign-in page if an error says that the person is signed out. Signing in returns to this page, and the
 * typed prompt is kept as a draft. Returns true if it left the page. Queries and mutations call this automatically;
 * subscriptions call it from `onError`.
 */
export function leaveIfUnauthorized(error: unknown): boolean {
  if (typeof window === 'undefined' || !isUnauthorized(error)) return false;
  const { pathname, search } = window.location;
  if (pathname === '/sign-in' || pathname === '/sign-up') return false;
  window.location.assign(signInPath(pathname + search));
  return true;
}

import { isUnauthorized } from '~/lib/errors.ts';
import { signInPath } from '~/lib/next-path.ts';

/**
 * Goes to the sign-in page when an error says that the session is over, and comes back to this page afterwards.
 * What was typed is in the draft store of this browser. Returns true when it left.
 * Queries and mutations do this by themselves; subscriptions call it from `onError`.
 */
export function leaveIfUnauthorized(error: unknown): boolean {
  if (typeof window === 'undefined' || !isUnauthorized(error)) return false;
  const { pathname, search } = window.location;
  if (pathname === '/sign-in' || pathname === '/sign-up') return false;
  window.location.assign(signInPath(pathname + search));
  return true;
}

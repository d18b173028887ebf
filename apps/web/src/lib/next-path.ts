/**
 * The path to go to after signing in. Returns `/` for the auth pages and for anything that could lead to another site: another
 * origin, a scheme, a backslash that browsers read as a slash.
 */
export function safeNextPath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || next.length > 2_000) return '/';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop tabs and newlines inside a URL
  if (/^\/[/\\]|[\\\u0000-\u001f]/.test(next)) return '/';
  if (/^\/(sign-in|sign-up|api)(\/|\?|#|$)/.test(next)) return '/';
  return next;
}

/** The address of the sign-in page that returns to `path` afterwards. */
export function signInPath(path: string): string {
  const next = safeNextPath(path);
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}

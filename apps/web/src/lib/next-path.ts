/**
 * Where to go after signing in: a path of this site, or `/`. Whatever could lead elsewhere (another origin, a scheme,
 * a backslash that browsers read as a slash) and the auth pages themselves become `/`.
 */
export function safeNextPath(next: unknown): string {
  if (typeof next !== 'string' || !next.startsWith('/') || next.length > 2_000) return '/';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop tabs and newlines inside a URL
  if (/^\/[/\\]|[\\\u0000-\u001f]/.test(next)) return '/';
  if (/^\/(sign-in|sign-up|api)(\/|\?|#|$)/.test(next)) return '/';
  return next;
}

/** The sign-in page that comes back to `path`. */
export function signInPath(path: string): string {
  const next = safeNextPath(path);
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}

import { env } from '~/env.ts';

/** Marked secure where the site is: such a cookie would not come back over the plain http of a laptop. */
export function sessionCookie() {
  const secure = env.NEXTAUTH_URL.startsWith('https://');
  return {
    name: `${secure ? '__Secure-' : ''}aideator.session`,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  } as const;
}

/** Whether any session cookie came along; a large one is cut in chunks `….0`, `….1`. Says nothing of its worth. */
export function hasSessionCookie(has: (name: string) => boolean): boolean {
  const { name } = sessionCookie();
  return has(name) || has(`${name}.0`);
}

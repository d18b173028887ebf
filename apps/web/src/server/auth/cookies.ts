import { env } from '~/env.ts';

const DEVICE_SECONDS = 180 * 24 * 60 * 60;

/** Browsers don't send a `Secure` cookie back over plain HTTP, which a laptop may use. */
const isSecure = (): boolean => env.NEXTAUTH_URL.startsWith('https://');

export function sessionCookie() {
  const secure = isSecure();
  return {
    // Browsers take a `__Host-` cookie only from this very host, so no other subdomain can set it.
    name: `${secure ? '__Host-' : ''}aideator.session`,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  } as const;
}

/** The cookie that identifies a browser that has signed in before. Only the auth routes read it. */
export function deviceCookie(): { name: string; options: string } {
  const secure = isSecure();
  const options = ['Path=/api/auth', 'HttpOnly', 'SameSite=Lax', `Max-Age=${DEVICE_SECONDS}`];
  return {
    name: `${secure ? '__Secure-' : ''}aideator.device`,
    options: [...options, ...(secure ? ['Secure'] : [])].join('; '),
  };
}

/** Whether a request carries a session cookie, valid or not. A large cookie is split into chunks `….0`, `….1`. */
export function hasSessionCookie(has: (name: string) => boolean): boolean {
  const { name } = sessionCookie();
  return has(name) || has(`${name}.0`);
}

export function cookieMap(headers: Headers): Record<string, string> {
  const map: Record<string, string> = {};
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) map[part.slice(0, at).trim()] = part.slice(at + 1).trim();
  }
  return map;
}

import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

async function cookiesAt(publicUrl: string) {
  vi.stubEnv('NEXT_PHASE', 'phase-production-build');
  vi.stubEnv('NEXTAUTH_URL', publicUrl);
  const { sessionCookie, deviceCookie } = await import('./cookies.ts');
  return { session: sessionCookie(), device: deviceCookie() };
}

test('over HTTPS, the session cookie is bound to this host and both cookies are sent over TLS only', async () => {
  const { session, device } = await cookiesAt('https://ideas.example');
  expect(session).toEqual({
    name: '__Host-aideator.session',
    // Browsers refuse the prefix with another path or with a domain.
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure: true },
  });
  expect(device.name).toBe('__Secure-aideator.device');
  expect(device.options.split('; ')).toEqual(
    expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Secure', 'Path=/api/auth']),
  );
});

test('over plain HTTP, the cookies have no prefix that browsers would refuse', async () => {
  const { session, device } = await cookiesAt('http://localhost:3000');
  expect(session).toEqual({
    name: 'aideator.session',
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure: false },
  });
  expect(device.name).toBe('aideator.device');
  expect(device.options).not.toContain('Secure');
});

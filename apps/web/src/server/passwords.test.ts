import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords();

describe('passwords', () => {
  it('accepts the right password and refuses a wrong one', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(await passwords.verify(stored, 'correct horse battery')).toBe(true);
    expect(await passwords.verify(stored, 'correct horse batterz')).toBe(false);
  });

  it('stores argon2id with at least the parameters of OWASP, and a new salt each time', async () => {
    const [first, second] = await Promise.all([passwords.hash('same'), passwords.hash('same')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(second).not.toBe(first);
  });

  it('compares passwords beyond 72 bytes', async () => {
    const long = 'a'.repeat(100);
    expect(await passwords.verify(await passwords.hash(`${long}c`), `${long}b`)).toBe(false);
  });

  it('refuses more than about a second of work, and accepts new work once that is done', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, () => passwords.verify(null, 'wrong')),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(20);
    expect(refused.length).toBeLessThan(30);
    expect(refused[0]).toMatchObject({ reason: { code: 'unavailable' } });
    expect(await passwords.verify(null, 'wrong')).toBe(false);
  });

  it.each([null, '', 'not a hash'])('accepts no password for the stored hash %s', async (stored) => {
    expect(await passwords.verify(stored, 'anything')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords();

describe('passwords', () => {
  it('accepts the right password and refuses a wrong one', async () => {
    const stored = await passwords.hash('correct horse battery');
    expect(await passwords.verify(stored, 'correct horse battery')).toBe(true);
    expect(await passwords.verify(stored, 'correct horse batterz')).toBe(false);
  });

  it('stores argon2id with at least the parameters of OWASP, salted anew each time', async () => {
    const [first, second] = await Promise.all([passwords.hash('same'), passwords.hash('same')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(second).not.toBe(first);
  });

  it('tells passwords apart beyond 72 bytes', async () => {
    const long = 'a'.repeat(100);
    expect(await passwords.verify(await passwords.hash(`${long}c`), `${long}b`)).toBe(false);
  });

  it.each([null, '', 'not a hash'])('lets nobody in with the stored hash %s', async (stored) => {
    expect(await passwords.verify(stored, 'anything')).toBe(false);
  });
});

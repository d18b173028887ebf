import type { Passwords } from '@aideator/api/deps';
import { hash, verify } from '@node-rs/argon2';

/** Argon2id as OWASP's password storage cheat sheet has it: 19 MiB, 2 passes, 1 lane. */
const ARGON2_OPTIONS = { algorithm: 2, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

/** `verify` does the same work for no hash as for a wrong password: the time must not tell who has an account. */
export function createPasswords(): Passwords {
  let decoy: Promise<string> | undefined;
  const decoyHash = () => {
    decoy ??= hash(crypto.randomUUID(), ARGON2_OPTIONS);
    return decoy;
  };
  return {
    hash: (password) => hash(password, ARGON2_OPTIONS),
    async verify(storedHash, password) {
      if (storedHash === null || storedHash === '') {
        await verify(await decoyHash(), password);
        return false;
      }
      try {
        return await verify(storedHash, password);
      } catch {
        // A stored text that is no argon2 hash lets nobody in.
        return false;
      }
    },
  };
}

import { availableParallelism } from 'node:os';
import type { Passwords } from '@aideator/api/deps';
import { AppError } from '@aideator/contract/errors';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';

/** Argon2id with the parameters of OWASP's password storage cheat sheet: 19 MiB, 2 passes, 1 lane. */
const ARGON2_OPTIONS = { algorithm: 2, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };
/** Leaves one processor free for other requests. */
const HASHES_AT_ONCE_MAX = Math.max(1, Math.min(4, availableParallelism() - 1));
/** About a second of work per processor. Later callers are asked to try again. */
const HASHES_WAITING_MAX = 32;

/**
 * Hashes passwords a few at a time. Without a hash, `verify` does the same work as for a wrong password, so its time
 * does not reveal who has an account. Both throw `unavailable` if too many calls are waiting.
 */
export function createPasswords(): Passwords {
  const queue = pLimit(HASHES_AT_ONCE_MAX);
  const queued = async <T>(work: () => Promise<T>): Promise<T> => {
    if (queue.pendingCount >= HASHES_WAITING_MAX)
      throw new AppError('unavailable', 'too many passwords are waiting to be hashed');
    return queue(work);
  };
  let decoy: Promise<string> | undefined;
  const decoyHash = () => {
    decoy ??= hash(crypto.randomUUID(), ARGON2_OPTIONS);
    return decoy;
  };
  return {
    hash: (password) => queued(() => hash(password, ARGON2_OPTIONS)),
    verify: (storedHash, password) =>
      queued(async () => {
        if (storedHash === null || storedHash === '') {
          await verify(await decoyHash(), password);
          return false;
        }
        // If the stored text is not an argon2 hash, no password matches.
        return verify(storedHash, password).catch(() => false);
      }),
  };
}

import 'server-only';
import type { LimitedAction, RateLimits } from '@aideator/api/deps';
import { AppError } from '@aideator/contract/errors';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** How many of each within how long, per person, address or e-mail. */
const LIMITS: Record<LimitedAction, { points: number; duration: number }> = {
  sign_in: { points: 10, duration: 60 },
  sign_up: { points: 20, duration: 3_600 },
  submit: { points: 60, duration: 60 },
};

/** Limits of this process. Throws `rate_limited`. */
export function createMemoryLimits(): RateLimits {
  const limiters = new Map(
    Object.entries(LIMITS).map(([action, limit]) => [
      action,
      new RateLimiterMemory({ ...limit, keyPrefix: action }),
    ]),
  );
  return {
    async consume(action, key) {
      try {
        await limiters.get(action)?.consume(key);
      } catch (cause) {
        throw new AppError('rate_limited', `too many ${action}`, { cause });
      }
    },
  };
}

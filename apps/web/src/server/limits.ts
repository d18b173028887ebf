import type { LimitedAction, RateLimits } from '@aideator/api/deps';
import { AppError } from '@aideator/contract/errors';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

/** How many of each within how long, per person, address or e-mail. */
const LIMITS: Record<LimitedAction, { points: number; duration: number }> = {
  sign_in: { points: 10, duration: 60 },
  sign_up: { points: 20, duration: 3_600 },
  submit: { points: 60, duration: 60 },
};

const KEY_PREFIX = 'aideator:limit';

/**
 * Limits that all replicas share when there is a Redis (an ioredis connection for commands), else of this process alone;
 * also of this process alone while Redis is away. Throws `rate_limited`.
 */
export function createLimits(redis: unknown): RateLimits {
  const limiters = new Map(
    Object.entries(LIMITS).map(([action, limit]) => [
      action,
      createLimiter(`${KEY_PREFIX}:${action}`, limit, redis),
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

function createLimiter(
  keyPrefix: string,
  limit: { points: number; duration: number },
  redis: unknown,
): RateLimiterAbstract {
  const own = new RateLimiterMemory({ ...limit, keyPrefix });
  if (redis === undefined) return own;
  return new RateLimiterRedis({
    ...limit,
    keyPrefix,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: own,
  });
}

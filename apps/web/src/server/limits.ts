import type { LimitedAction, RateLimits } from '@aideator/api/deps';
import { AppError } from '@aideator/contract/errors';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

/** `points` per key within `duration` seconds. */
const LIMITS: Record<LimitedAction, { points: number; duration: number }> = {
  sign_in: { points: 10, duration: 600 },
  sign_in_address: { points: 30, duration: 600 },
  sign_in_account: { points: 30, duration: 3_600 },
  change_password: { points: 10, duration: 600 },
  sign_up: { points: 20, duration: 3_600 },
  submit: { points: 60, duration: 60 },
};

const KEY_PREFIX = 'aideator:limit';

/**
 * Rate limits that all replicas share through `redis` (an ioredis connection for commands). Without Redis, and while it
 * cannot be reached, each process counts alone. `consume` throws `rate_limited`.
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
        throw new AppError('rate_limited', `too many calls of ${action}`, { cause });
      }
    },
    async refund(action, key) {
      await limiters.get(action)?.reward(key);
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
